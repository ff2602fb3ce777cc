using Archer.Client.Agents;
using Archer.Client.Conversations;
using Archer.Testing.Grains;

namespace Archer.Grains.Tests.Conversations;

/// <summary>What a turn costs in grain calls and in writes: conversations of ten turns, as simulated users play them.</summary>
public sealed class TurnCostTests
{
    private const int Users = 16;
    private const int Games = 12;
    private const int Turns = 10;

    [Fact]
    public async Task Turns_UnderLoad_VisitNoGrainOfTheirAgent()
    {
        await using var platform = await GrainPlatform.StartAsync(
            new("Archer:Conversations:PublishInterval", "00:00:00.025"),
            new("Archer:Conversations:ResendAfter", "00:00:05"),
            new("Archer:AgentHost:ReportPeriod", "00:00:00.750"),
            // For those who watch the page; they cost the same however many turns there are.
            new("Archer:AgentHost:MetricsPeriod", "00:10:00"));
        await platform.AgentGrain.ReportLearnerAsync(new LearnerReport { Run = "r", Step = 0, EpisodesConsumed = 0, MaximumLag = 1_000 });
        await PlayAsync(platform, "warm", games: 2);
        platform.Calls.Clear();

        await PlayAsync(platform, "game", Games);

        const double turns = Users * Games * Turns;
        // Queues are polled by the clock.
        var calls = platform.Calls.All.Where(call => call.Method != "Dequeue").ToList();
        var told = string.Join(Environment.NewLine, calls.Select(call => $"{call.Interface}.{call.Method}: {call.Calls / turns:F3}"));
        Assert.True(calls.Sum(call => call.Calls) / turns <= 2.5, told);
        var agent = calls.Where(call => call.Interface.Contains("agent", StringComparison.OrdinalIgnoreCase)).Sum(call => call.Calls);
        Assert.True(agent / turns <= 0.020, told);
    }

    [Fact]
    public async Task Conversation_Alone_IsWrittenOnceATurnAndOnceAtItsEnd()
    {
        await using var platform = await GrainPlatform.StartAsync();
        await PlayOneAsync(platform, "first");
        var (states, lists) = (platform.Disk.WritesOf("conversation"), platform.Disk.WritesOf("watch"));
        await platform.BeginAsync("second");

        var start = (platform.Disk.WritesOf("conversation") - states, platform.Disk.WritesOf("watch") - lists);
        await PlayOneAsync(platform, "third");
        await platform.WaitForRowsAsync("third", Turns);
        await platform.StopAsync();

        // "second" twice: its start and, still open, what was left to write at the stop at most; "third": start, turns, end.
        Assert.InRange(platform.Disk.WritesOf("conversation") - states, 1 + 1 + Turns + 1, 2 + 1 + Turns + 1);
        Assert.InRange(start.Item1 + start.Item2, 1, 3);
    }

    private static Task PlayAsync(GrainPlatform platform, string name, int games) => Task.WhenAll(Enumerable.Range(0, Users).Select(async user =>
    {
        for (var game = 0; game < games; game++)
        {
            await PlayOneAsync(platform, $"{name}-{user}-{game}");
        }
    }));

    private static async Task PlayOneAsync(GrainPlatform platform, string id)
    {
        var conversation = await platform.BeginAsync(id, start => start with { Simulated = true });
        for (var turn = 0; turn < Turns; turn++)
        {
            await conversation.SayAsync(new UserMessage { Text = "No.", Key = $"turn-{turn}", Reward = turn == 0 ? null : -1 });
        }

        await conversation.EndAsync(new EndConversation { Outcome = ConversationOutcome.Terminated, Reward = 0, Key = "end" });
    }
}
