using Archer.Client;
using Archer.Client.Conversations;
using Archer.Testing.Grains;

namespace Archer.Grains.Tests.Conversations;

public sealed class ConversationStreamTests : IAsyncLifetime
{
    private GrainPlatform _platform = null!;

    public async Task InitializeAsync() => _platform = await GrainPlatform.StartAsync();

    public async Task DisposeAsync() => await _platform.DisposeAsync();

    [Fact]
    public async Task StreamSay_Pieces_MakeTheReplyThatIsStored()
    {
        var conversation = await _platform.BeginAsync("c");

        var fragments = await ReadAsync(conversation.StreamSayAsync(new UserMessage { Text = "Hi", Key = "k" }));

        Assert.Equal("Question 0 of v000000?", string.Concat(fragments.Select(fragment => fragment.Text)));
        Assert.True(fragments.Count > 2);
        var reply = fragments[^1].Reply!;
        Assert.Equal(reply, await conversation.SayAsync(new UserMessage { Text = "Hi", Key = "k" }));
        Assert.Single(_platform.Policy.Requests);
    }

    [Fact]
    public async Task StreamSay_KnownKey_GivesTheStoredReply()
    {
        var conversation = await _platform.BeginAsync("c");
        var stored = await conversation.SayAsync(new UserMessage { Text = "Hi", Key = "k" });

        var fragments = await ReadAsync(conversation.StreamSayAsync(new UserMessage { Text = "Hi", Key = "k" }));

        Assert.Equal([stored.Text, null], fragments.Select(fragment => fragment.Text));
        Assert.Equal(stored, fragments[^1].Reply);
    }

    [Fact]
    public async Task StreamSay_BreaksOff_ChangesNothing()
    {
        var conversation = await _platform.BeginAsync("c");
        _platform.Policy.BreakStreamAfter = 2;

        await Assert.ThrowsAsync<PolicyUnavailableException>(() => ReadAsync(conversation.StreamSayAsync(new UserMessage { Text = "Hi" })));

        Assert.Empty((await conversation.ReadAsync()).Turns);
    }

    [Fact]
    public async Task StreamSay_EndedMeanwhile_ConflictsAndKeepsTheEnd()
    {
        var conversation = await _platform.BeginAsync("c");
        await conversation.SayAsync(new UserMessage { Text = "Hi" });
        _platform.Policy.Gate = new TaskCompletionSource();
        await using var stream = conversation.StreamSayAsync(new UserMessage { Text = "more" }).WithBatchSize(1).GetAsyncEnumerator();
        Assert.True(await stream.MoveNextAsync());

        await conversation.EndAsync(new EndConversation { Outcome = ConversationOutcome.Terminated });
        _platform.Policy.Gate.SetResult();

        await Assert.ThrowsAsync<ConflictException>(async () =>
        {
            while (await stream.MoveNextAsync())
            {
            }
        });
        var view = await conversation.ReadAsync();
        Assert.Single(view.Turns);
        Assert.Equal(ConversationOutcome.Terminated, view.Outcome);
        await _platform.WaitForRowsAsync("c", 1);
    }

    [Fact]
    public async Task StreamSay_KeyAnsweredMeanwhileInALaterTurn_GivesThatTurnsReply()
    {
        var conversation = await _platform.BeginAsync("c");
        _platform.Policy.Reply = request => $"Reply to {request.UserText} in turn {request.History.Length}";
        var gate = _platform.Policy.Gate = new TaskCompletionSource();
        await using var stream = conversation.StreamSayAsync(new UserMessage { Text = "mine", Key = "k" }).WithBatchSize(1).GetAsyncEnumerator();
        Assert.True(await stream.MoveNextAsync());
        _platform.Policy.Gate = null;
        await conversation.SayAsync(new UserMessage { Text = "another's", Key = "other" });
        var again = await conversation.SayAsync(new UserMessage { Text = "mine", Key = "k" });

        gate.SetResult();

        TurnReply? reply = null;
        while (await stream.MoveNextAsync())
        {
            reply = stream.Current.Reply ?? reply;
        }

        Assert.Equal((1, "Reply to mine in turn 1"), (again.Turn, again.Text));
        Assert.Equal(again, reply);
    }

    private static async Task<List<TurnFragment>> ReadAsync(IAsyncEnumerable<TurnFragment> stream)
    {
        var fragments = new List<TurnFragment>();
        await foreach (var fragment in stream.WithBatchSize(1))
        {
            fragments.Add(fragment);
        }

        return fragments;
    }
}
