using Archer.Client.Conversations;
using Archer.Client.Http;
using Archer.Client.Randomness;

namespace Archer.EndToEnd.Tests.Durability;

/// <summary>Holds scripted conversations of known length through the public client, many at a time; every request has its key.</summary>
internal sealed class ConversationDrivers(ArcherClient client, ClientJournal journal, ulong seed, int atOnce = 8)
{
    /// <summary>Turns of conversation <paramref name="number"/>, 2 to 7, from the seed.</summary>
    public int TurnsOf(int number) => 2 + (int)(new SplitMix64(seed + (ulong)number).Next() % 6);

    /// <summary>Turns of the first <paramref name="conversations"/> conversations together.</summary>
    public int TurnsOfFirst(int conversations) => Enumerable.Range(0, conversations).Sum(TurnsOf);

    /// <summary>Holds the conversations 0 … n−1 to their ends.</summary>
    public Task RunAsync(int conversations, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            Enumerable.Range(0, conversations),
            new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellationToken },
            HoldAsync);

    /// <summary>Holds conversations one after the other, many at a time, until something is over; returns how many. All are held to their ends.</summary>
    /// <param name="over">Completes, or fails, when no further conversation is to begin.</param>
    /// <param name="pace">Rests of a user between two conversations.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<int> RunUntilAsync(Task over, TimeSpan pace, CancellationToken cancellationToken)
    {
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(async _ =>
        {
            using var rest = new PeriodicTimer(pace);
            while (!over.IsCompleted)
            {
                await HoldAsync(Interlocked.Increment(ref next), cancellationToken);
                await rest.WaitForNextTickAsync(cancellationToken);
            }
        }));
        await over;
        return next + 1;
    }

    private async ValueTask HoldAsync(int number, CancellationToken cancellationToken)
    {
        var id = $"durable-{seed}-{number}";
        await client.StartAsync(new StartConversation { Agent = "twenty-questions", Id = id }, cancellationToken);
        for (var turn = 0; turn < TurnsOf(number); turn++)
        {
            var message = new UserMessage { Text = turn == 0 ? "Let's play." : "No.", Reward = turn == 0 ? null : -1, Key = $"turn-{turn}" };
            var reply = await client.SayAsync(id, message, cancellationToken);
            Assert.Equal(turn, reply.Turn);
            journal.Acknowledged(reply);
        }

        await client.EndAsync(id, new EndConversation { Outcome = ConversationOutcome.Terminated, Text = "Yes.", Reward = 0, Key = "end" }, cancellationToken);
        journal.Closed(id);
    }
}
