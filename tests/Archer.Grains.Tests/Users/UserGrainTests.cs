using Archer.Client;
using Archer.Client.Agents;
using Archer.Client.Conversations;
using Archer.Grains.Users;
using Archer.Testing.Grains;

namespace Archer.Grains.Tests.Users;

[Trait("Category", "Slow")]
public sealed class UserGrainTests
{
    [Fact]
    public async Task Erase_EveryConversationOfTheUserAndNoOther()
    {
        await using var platform = await GrainPlatform.StartAsync();
        for (var i = 0; i < 40; i++)
        {
            await PlayAsync(platform, $"mine-{i}", "t", "erika");
        }

        await PlayAsync(platform, "other-user", "t", "max");
        await PlayAsync(platform, "other-tenant", "", "erika");
        await platform.AgentGrain.AnnounceAsync(new AnnounceVersion { Version = "v000001", FirstPosition = 1, LastPosition = 5 });

        var erasure = await User(platform).EraseAsync();

        Assert.Equal((40, 40, 40), (erasure.Conversations, erasure.Turns, erasure.ReplayRows));
        var trained = Assert.Single(erasure.Trained);
        Assert.Equal((GrainPlatform.Agent, "v000001"), (trained.Agent, Assert.Single(trained.Versions)));
        await Assert.ThrowsAsync<ConversationNotFoundException>(() => platform.Conversation("mine-7").ReadAsync());
        Assert.Single((await platform.Conversation("other-user").ReadAsync()).Turns);
        Assert.Single((await platform.Conversation("other-tenant").ReadAsync()).Turns);
    }

    [Fact]
    public async Task Erase_KilledInTheMiddleAndRepeated_AnswersFullyAndForEver()
    {
        await using var platform = await GrainPlatform.StartAsync();
        for (var i = 0; i < 5; i++)
        {
            await PlayAsync(platform, $"c-{i}", "t", "erika");
        }

        var cleanings = 0;
        platform.Cleaning.OnClean = () =>
        {
            if (Interlocked.Increment(ref cleanings) == 3)
            {
                throw new IOException("The disk is away.");
            }
        };
        await Assert.ThrowsAnyAsync<Exception>(() => User(platform).EraseAsync());
        await platform.CrashAsync();
        await platform.RestartAsync();

        var erasure = await User(platform).EraseAsync();

        Assert.Equal((5, 5, 5), (erasure.Conversations, erasure.Turns, erasure.ReplayRows));
        await platform.CrashAsync();
        await platform.RestartAsync();
        erasure = await User(platform).EraseAsync();
        Assert.Equal((5, 5, 5), (erasure.Conversations, erasure.Turns, erasure.ReplayRows));
    }

    [Fact]
    public async Task Forget_ThenErase_LeavesWhatWasForgotten()
    {
        await using var platform = await GrainPlatform.StartAsync();
        for (var i = 0; i < 3; i++)
        {
            await PlayAsync(platform, $"c-{i}", "t", "erika");
        }

        await User(platform).ForgetAsync(["c-1", "unknown"]);
        await platform.CrashAsync();
        await platform.RestartAsync();

        Assert.Equal(2, (await User(platform).EraseAsync()).Conversations);
        Assert.Single((await platform.Conversation("c-1").ReadAsync()).Turns);
    }

    [Fact]
    public async Task Erase_ConversationsThatStartLater_AreErasedByTheNextCall()
    {
        await using var platform = await GrainPlatform.StartAsync();
        await PlayAsync(platform, "first", "t", "erika");
        await User(platform).EraseAsync();
        await PlayAsync(platform, "second", "t", "erika");

        Assert.Equal(2, (await User(platform).EraseAsync()).Conversations);
    }

    [Fact]
    public async Task Start_ListCannotBeWritten_StartsNothing()
    {
        await using var platform = await GrainPlatform.StartAsync();
        platform.Disk.FailingState = "user";
        platform.Disk.FailNextWrites();

        await Assert.ThrowsAsync<StorageUnavailableException>(() => PlayAsync(platform, "c", "t", "erika"));

        await Assert.ThrowsAsync<ConversationNotFoundException>(() => platform.Conversation("c").ReadAsync());
        await PlayAsync(platform, "c", "t", "erika");
        Assert.Equal(1, (await User(platform).EraseAsync()).Conversations);
    }

    [Fact]
    public async Task Start_WithAUser_StoresNoNameInTheList()
    {
        await using var platform = await GrainPlatform.StartAsync();
        await PlayAsync(platform, "c", "t", "erika");

        Assert.DoesNotContain("erika", platform.Disk.Find("user", UserKey.Of("t", "erika") + "/1"), StringComparison.Ordinal);
        Assert.NotEqual(UserKey.Of("ta", "b"), UserKey.Of("t", "ab"));
    }

    [Fact]
    public async Task Start_ManyConversations_WritesNoMoreThanAPageAndErasureFindsAll()
    {
        const int count = (2 * UserPageGrain.Size) + 10;
        await using var platform = await GrainPlatform.StartAsync();
        for (var i = 0; i < count; i++)
        {
            await platform.BeginAsync($"c-{i}", start => start with { Tenant = "t", User = "erika" });
        }

        var pages = Enumerable.Range(1, 3).Select(page => platform.Disk.Find("user", $"{UserKey.Of("t", "erika")}/{page}")!).ToList();

        Assert.Equal([UserPageGrain.Size, UserPageGrain.Size, 10], pages.Select(page => page.Split("\"c-").Length - 1));
        await platform.CrashAsync();
        await platform.RestartAsync();
        Assert.Equal(count, (await User(platform).EraseAsync()).Conversations);
        await Assert.ThrowsAsync<ConversationNotFoundException>(() => platform.Conversation("c-0").ReadAsync());
        await Assert.ThrowsAsync<ConversationNotFoundException>(() => platform.Conversation($"c-{count - 1}").ReadAsync());
        Assert.Equal(count, (await User(platform).EraseAsync()).Conversations);
    }

    [Fact]
    public async Task Add_TogetherAndAgainAcrossAPage_ListsEachOnce()
    {
        await using var platform = await GrainPlatform.StartAsync();
        var ids = Enumerable.Range(0, UserPageGrain.Size + 40).Select(i => $"c-{i}").ToList();

        await Task.WhenAll(ids.Select(id => User(platform).AddAsync(id, GrainPlatform.Agent)));
        await Task.WhenAll(ids.Select(id => User(platform).AddAsync(id, GrainPlatform.Agent)));

        var listed = Enumerable.Range(1, 2).Select(page => platform.Disk.Find("user", $"{UserKey.Of("t", "erika")}/{page}")!.Split("\"c-").Length - 1);
        Assert.Equal(ids.Count, listed.Sum());
        Assert.Null(platform.Disk.Find("user", $"{UserKey.Of("t", "erika")}/3"));
    }

    private static IUserGrain User(GrainPlatform platform) => platform.Grains.GetGrain<IUserGrain>(UserKey.Of("t", "erika"));

    private static async Task PlayAsync(GrainPlatform platform, string id, string tenant, string user)
    {
        var conversation = await platform.BeginAsync(id, start => start with { Tenant = tenant, User = user, Split = ReplaySplit.Train });
        await conversation.SayAsync(new UserMessage { Text = "a" });
        await conversation.EndAsync(new EndConversation { Outcome = ConversationOutcome.Terminated });
        await platform.WaitForRowsAsync(id, 1);
    }
}
