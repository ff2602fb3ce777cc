using System.Collections.Immutable;
using System.Diagnostics;

namespace Archer.Benchmarks.Generation;

/// <summary>
/// So many users who talk without a pause: conversations of ten turns, a user message of two words, a reply of eight tokens.
/// </summary>
internal static class ConversationLoad
{
    private const int Turns = 10;

    public const int ReplyTokens = 8;

    /// <summary>Answers a turn: history, user text and a seed in; the ids of prompt and utterance out.</summary>
    public delegate Task<(ImmutableArray<int> Prompt, ImmutableArray<int> Utterance)> Speak(
        ImmutableArray<(ImmutableArray<int> Prompt, ImmutableArray<int> Utterance)> history, string text, ulong seed);

    public static async Task<LoadResult> RunAsync(int users, TimeSpan warmUp, TimeSpan measured, Speak speak)
    {
        var latencies = new List<double>();
        var clock = Stopwatch.StartNew();
        var end = warmUp + measured;
        await Task.WhenAll(Enumerable.Range(0, users).Select(user => Task.Run(async () =>
        {
            var seed = (ulong)user << 32;
            while (clock.Elapsed < end)
            {
                ImmutableArray<(ImmutableArray<int>, ImmutableArray<int>)> history = [];
                for (var turn = 0; turn < Turns && clock.Elapsed < end; turn++)
                {
                    var started = clock.Elapsed;
                    history = history.Add(await speak(history, turn == 0 ? "Let's play." : "No.", seed++));
                    if (started >= warmUp && clock.Elapsed < end)
                    {
                        lock (latencies)
                        {
                            latencies.Add((clock.Elapsed - started).TotalMilliseconds);
                        }
                    }
                }
            }
        })));
        latencies.Sort();
        return new LoadResult(
            latencies.Count / measured.TotalSeconds, latencies[latencies.Count / 2], latencies[(int)(latencies.Count * 0.99)]);
    }
}

/// <summary>What a load measured; latencies in milliseconds.</summary>
internal sealed record LoadResult(double PerSecond, double P50, double P99);
