using System.Collections.Concurrent;
using System.Diagnostics;
using Archer.Client.Conversations;
using Archer.Client.Http;

namespace Archer.EndToEnd.Tests.Cluster;

/// <summary>Users who hold one conversation after the other at an easy pace, and how long their calls took at the time that a silo died.</summary>
internal sealed class FailoverClock(ArcherClient client, int users)
{
    private const int Turns = 15;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);
    private readonly ConcurrentQueue<(int User, long Began, long Ended)> _calls = new();

    /// <summary>Talks until something is over.</summary>
    public async Task TalkUntilAsync(Task over, CancellationToken cancellationToken)
    {
        await Task.WhenAll(Enumerable.Range(0, users).Select(async user =>
        {
            using var rest = new PeriodicTimer(Pace);
            for (var round = 0; !over.IsCompleted; round++)
            {
                var id = $"failover-{user}-{round}";
                await TimeAsync(user, () => client.StartAsync(new StartConversation { Agent = "twenty-questions", Id = id }, cancellationToken));
                for (var turn = 0; turn < Turns && !over.IsCompleted; turn++)
                {
                    await rest.WaitForNextTickAsync(cancellationToken);
                    await TimeAsync(user, () => client.SayAsync(id, new UserMessage { Text = "No.", Key = $"turn-{turn}" }, cancellationToken));
                }

                await TimeAsync(user, () => client.EndAsync(id, new EndConversation { Outcome = ConversationOutcome.Truncated, Key = "end" }, cancellationToken));
            }
        }));
        await over;
    }

    /// <summary>Whether every user was answered at least this many calls that began after a moment.</summary>
    public bool AllAnsweredSince(long moment, int calls) =>
        _calls.Where(call => call.Began > moment).GroupBy(call => call.User).Count(answered => answered.Count() >= calls) == users;

    /// <summary>For each user, the longest that a call took from a moment on: of those under way then, and of those that began later.</summary>
    public IReadOnlyList<TimeSpan> SlowestSince(long moment) =>
    [
        .. _calls.Where(call => call.Ended > moment).GroupBy(call => call.User)
            .Select(calls => calls.Max(call => Stopwatch.GetElapsedTime(Math.Max(call.Began, moment), call.Ended))),
    ];

    /// <summary>Forgets the calls so far.</summary>
    public void Clear() => _calls.Clear();

    private async Task TimeAsync(int user, Func<Task> call)
    {
        var began = Stopwatch.GetTimestamp();
        await call();
        _calls.Enqueue((user, began, Stopwatch.GetTimestamp()));
    }
}
