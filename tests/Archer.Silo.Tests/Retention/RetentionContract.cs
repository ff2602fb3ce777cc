using Archer.Client;
using Archer.Client.Conversations;
using Archer.Grains;
using Archer.Grains.Retention;
using Archer.Grains.Users;
using Archer.Testing.Contracts;
using Archer.Testing.Grains;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace Archer.Silo.Tests.Retention;

/// <summary>What expires and what does not, on the real storage of a place. Everything that is simulated expires with its end.</summary>
public abstract class RetentionContract
{
    private static readonly StartConversation Simulated = new() { Agent = RetentionPlatform.Agent, Simulated = true };

    [ContractFact]
    public async Task Pass_OpenAndRealConversations_Stay()
    {
        await using var platform = await StartAsync();
        await PlayAsync(platform, "real", Simulated with { Simulated = false });
        await PlayAsync(platform, "simulated", Simulated);
        await platform.Conversation("open").StartAsync(Simulated);

        await GoneAsync(platform, "simulated");

        await Assert.ThrowsAsync<ConversationNotFoundException>(() => platform.Conversation("simulated").ReadAsync());
        Assert.Single((await platform.Conversation("real").ReadAsync()).Turns);
        Assert.Equal(ConversationStatus.Open, (await platform.Conversation("open").ReadAsync()).Status);
        Assert.DoesNotContain("simulated", await platform.ListedAsync());
    }

    [ContractFact]
    public async Task Start_IdOfAnExpiredConversation_IsANewOne()
    {
        await using var platform = await StartAsync();
        await PlayAsync(platform, "again", Simulated);
        await GoneAsync(platform, "again");

        ConversationView? view = null;
        await Eventually.TrueAsync(async () => (view = await TryStartAsync(platform, "again")) is not null, "the id is free");

        Assert.Empty(view!.Turns);
        Assert.Equal(ConversationStatus.Open, view.Status);
    }

    [ContractFact]
    public async Task Pass_TransitionsThatNobodyAcknowledged_Stay()
    {
        await using var platform = await StartAsync();
        platform.Replay.FailAppends = true;
        await PlayAsync(platform, "undelivered", Simulated);
        await platform.Conversation("empty").StartAsync(Simulated);
        await platform.Conversation("empty").EndAsync(new EndConversation { Outcome = ConversationOutcome.Terminated });
        await GoneAsync(platform, "empty");

        Assert.True(await IsStoredAsync(platform, "undelivered"));

        platform.Replay.FailAppends = false;
        await GoneAsync(platform, "undelivered");
        Assert.Single(await platform.Replay.ReadConversationAsync(RetentionPlatform.Agent, "undelivered"));
    }

    [ContractFact]
    public async Task Pass_AnswerToAnErasure_Stays()
    {
        await using var platform = await StartAsync();
        await PlayAsync(platform, "erased", Simulated with { Simulated = false });
        var erasure = await platform.Conversation("erased").EraseAsync();
        await PlayAsync(platform, "later", Simulated);
        await GoneAsync(platform, "later");

        Assert.Equal(erasure.ReplayRows, (await platform.Conversation("erased").EraseAsync()).ReplayRows);
        await Assert.ThrowsAsync<ConflictException>(() => platform.Conversation("erased").StartAsync(Simulated));
    }

    [ContractFact]
    public async Task Pass_ConversationOfAUser_LeavesTheUsersList()
    {
        await using var platform = await StartAsync(("Archer:Retention:Real", "00:00:00"));
        await PlayAsync(platform, "mine", Simulated with { Simulated = false, User = "erika" });
        await GoneAsync(platform, "mine");

        var erased = await platform.Grains.GetGrain<IUserGrain>(UserKey.Of("", "erika")).EraseAsync();

        Assert.Equal(0, erased.Conversations);
    }

    [ContractFact]
    public async Task Kept_PageByPage_IsEveryEndedConversationOnce()
    {
        await using var platform = await StartAsync(("Archer:Retention:Simulated", ""));
        var kept = platform.Services.GetRequiredService<RetainedConversations>();
        var expected = new List<string>();
        for (var i = 0; i < 150; i++)
        {
            await PlayAsync(platform, $"c-{i}", Simulated with { Simulated = i % 2 == 0, Split = i % 3 == 0 ? ReplaySplit.HoldOut : ReplaySplit.Train });
            expected.Insert(0, $"c-{i}");
        }

        await platform.Conversation("open").StartAsync(Simulated);
        await PlayAsync(platform, "erased", Simulated with { Simulated = false });
        await platform.Conversation("erased").EraseAsync();

        var all = await ReadAsync(kept, new EndedConversationQuery { Limit = 7 });
        var chosen = await ReadAsync(kept, new EndedConversationQuery { Limit = 50, Simulated = false, Split = ReplaySplit.Train });

        // Those that ended in the same millisecond are in the order of their ids.
        Assert.Equal(expected.Order(), all.Select(view => view.Id).Order());
        Assert.Equal(all.Select(view => view.EndedAt!.Value.ToUnixTimeMilliseconds()).OrderDescending(), all.Select(view => view.EndedAt!.Value.ToUnixTimeMilliseconds()));
        Assert.All(all, view => Assert.Equal(1f, Assert.Single(view.Turns).Reward));
        Assert.Equal(all.Where(view => !view.Simulated && view.Split == ReplaySplit.Train).Select(view => view.Id), chosen.Select(view => view.Id));
        Assert.Empty((await kept.ListAsync("another", new EndedConversationQuery(), CancellationToken.None)).Conversations);
        await Assert.ThrowsAsync<InvalidRequestException>(() => kept.ListAsync(RetentionPlatform.Agent, new EndedConversationQuery { Before = "x" }, CancellationToken.None));
    }

    [ContractFact]
    public async Task Kept_LateRewardAndExpiry_AreAsTheyAreNow()
    {
        await using var platform = await StartAsync(("Archer:Retention:Period", "1.00:00:00"));
        var kept = platform.Services.GetRequiredService<RetainedConversations>();
        await PlayAsync(platform, "expired", Simulated);
        await PlayAsync(platform, "real", Simulated with { Simulated = false });

        await platform.Conversation("real").RewardAsync(new RewardReport { Reward = 5 });

        var view = Assert.Single(await ReadAsync(kept, new EndedConversationQuery()));
        Assert.Equal(("real", 5.0), (view.Id, view.Return));
    }

    /// <summary>Starts a silo on an empty store of the place.</summary>
    private protected abstract Task<RetentionPlatform> StartAsync(params (string Key, string Value)[] settings);

    private static async Task<List<ConversationView>> ReadAsync(RetainedConversations kept, EndedConversationQuery query)
    {
        var all = new List<ConversationView>();
        string? before = null;
        do
        {
            var page = await kept.ListAsync(RetentionPlatform.Agent, query with { Before = before }, CancellationToken.None);
            Assert.InRange(page.Conversations.Length, 0, query.Limit);
            all.AddRange(page.Conversations);
            before = page.Before;
        }
        while (before is not null);
        return all;
    }

    private static async Task PlayAsync(RetentionPlatform platform, string id, StartConversation start)
    {
        var conversation = platform.Conversation(id);
        await conversation.StartAsync(start);
        await conversation.SayAsync(new UserMessage { Text = "hello" });
        await conversation.EndAsync(new EndConversation { Outcome = ConversationOutcome.Terminated, Reward = 1 });
    }

    private static async Task<ConversationView?> TryStartAsync(RetentionPlatform platform, string id)
    {
        try
        {
            return await platform.Conversation(id).StartAsync(Simulated);
        }
        catch (Exception leaving) when (leaving is StorageUnavailableException or OrleansMessageRejectionException)
        {
            // An activation that held the expired state was in memory, or is on its way out.
            return null;
        }
    }

    private static Task GoneAsync(RetentionPlatform platform, string id) =>
        Eventually.TrueAsync(async () => !await IsStoredAsync(platform, id), $"the state of {id} is gone");

    private static async Task<bool> IsStoredAsync(RetentionPlatform platform, string id) => await ConversationRecords.FindEndAsync(
        platform.Services.GetRequiredKeyedService<IGrainStorage>(StorageNames.State), GrainId.Create("conversation", id)) is not null;
}
