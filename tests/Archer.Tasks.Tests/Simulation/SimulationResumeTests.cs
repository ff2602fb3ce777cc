using Archer.Client;
using Archer.Tasks.Simulation;
using Archer.Testing.Http;

namespace Archer.Tasks.Tests.Simulation;

public sealed class SimulationResumeTests
{
    private static readonly SimulationOptions Options = new() { Users = 2, Seed = 6, Resume = true };

    [Fact]
    public async Task Run_InterruptedGame_GoesOnFromItsLastTurn()
    {
        string[] whole;
        await using (var silo = await FakeSilo.StartAsync(ScriptedAgents.Best))
        {
            whole = await PlayAsync(silo, 1);
        }

        await using var interrupted = await FakeSilo.StartAsync(ScriptedAgents.Best);
        var messages = 0;
        interrupted.Intercept = async context =>
        {
            if (!context.Request.Path.Value!.EndsWith("/messages", StringComparison.Ordinal) || ++messages != 3)
            {
                return false;
            }

            await FakeSilo.ProblemAsync(context, 500, ProblemTypes.Internal, "Killed.");
            return true;
        };
        await Assert.ThrowsAsync<ArcherApiException>(() => PlayAsync(interrupted, 1));
        Assert.Equal(2, interrupted.Conversations["sim-6-0"].Replies.Count);
        interrupted.Intercept = _ => Task.FromResult(false);
        Assert.Equal(whole, await PlayAsync(interrupted, 1));
        Assert.NotNull(interrupted.Conversations["sim-6-0"].Ended);
    }

    [Fact]
    public async Task Run_GamesPlayedBefore_AreSkipped()
    {
        await using var silo = await FakeSilo.StartAsync(ScriptedAgents.Best);
        await PlayAsync(silo, 5);
        using var client = silo.Client();
        var result = await new SimulatedUsers(client, Options with { Episodes = 8 }).RunAsync(CancellationToken.None);
        Assert.Equal((3L, 5L), (result.Summary.Episodes, result.Summary.Skipped));
        Assert.Equal([5L, 6L, 7L], result.Episodes.Select(outcome => outcome.Episode));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1000)]
    public async Task FirstUnstarted_GamesPlayedBefore_IsTheNextWithFewReads(int played)
    {
        await using var silo = await FakeSilo.StartAsync();
        for (var episode = 0; episode < played; episode++)
        {
            var id = Options.ConversationId(episode);
            silo.Conversations[id] = new FakeConversation(id, new() { Agent = "twenty-questions", Id = id });
        }
        using var client = silo.Client();
        Assert.Equal(played, await EpisodeSearch.FirstUnstartedAsync(client, Options with { Episodes = 2000 }, CancellationToken.None));
        Assert.InRange(silo.Requests.Count, 1, 1 + 2 * Math.Log2(played + 2));
    }

    [Fact]
    public async Task FirstUnstarted_FirstGamesExpired_IsAfterTheNewestOfTheList()
    {
        await using var silo = await FakeSilo.StartAsync();
        foreach (var id in new[] { Options.ConversationId(41), "of-a-user", Options.ConversationId(40), "sim-6-x" })
        {
            silo.Conversations[id] = new FakeConversation(id, new() { Agent = "twenty-questions", Id = id, Simulated = id != "of-a-user" }, silo.Conversations.Count);
        }
        using var client = silo.Client();
        Assert.Equal(42, await EpisodeSearch.FirstUnstartedAsync(client, Options, CancellationToken.None));
    }

    [Fact]
    public async Task FirstUnstarted_AllGamesExpired_IsBeyondTheAgentsConversations()
    {
        await using var silo = await FakeSilo.StartAsync();
        using var client = silo.Client();
        var conversations = (await client.ReadMetricsAsync("twenty-questions")).Conversations;
        Assert.Equal(2 * conversations, await EpisodeSearch.FirstUnstartedAsync(client, Options, CancellationToken.None));
    }

    private static async Task<string[]> PlayAsync(FakeSilo silo, long episodes)
    {
        using var client = silo.Client();
        var result = await new SimulatedUsers(client, Options with { Episodes = episodes }).RunAsync(CancellationToken.None);
        return [.. result.Episodes.SelectMany(outcome => outcome.Turns).Select(turn => $"{turn.Text} {turn.Answer}")];
    }
}
