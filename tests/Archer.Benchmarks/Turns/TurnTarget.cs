using System.Diagnostics;

namespace Archer.Benchmarks.Turns;

/// <summary>What a block measured; latencies in milliseconds.</summary>
internal sealed record TurnBlock(double PerSecond, double P50, double P99);

/// <summary>Something that takes turns, with its users; they go on where they were from block to block.</summary>
internal sealed class TurnTarget : IDisposable
{
    private readonly HttpClient _client;
    private readonly TurnUser[] _users;

    /// <param name="url">Where it listens.</param>
    /// <param name="endpoint">The one address that takes everything; null for the platform's API.</param>
    /// <param name="concurrency">Conversations at once.</param>
    /// <param name="firstUser">Number of the first user, so that ids differ.</param>
    public TurnTarget(Uri url, string? endpoint, int concurrency, int firstUser)
    {
        _client = new HttpClient(new SocketsHttpHandler()) { BaseAddress = url };
        _users = [.. Enumerable.Range(firstUser, concurrency).Select(number => new TurnUser(_client, endpoint, number))];
    }

    public List<TurnBlock> Blocks { get; } = [];

    public double PerSecond => Blocks.Median(block => block.PerSecond);

    public double P50 => Blocks.Median(block => block.P50);

    public double P99 => Blocks.Median(block => block.P99);

    public async Task<TurnBlock> RunAsync(TimeSpan duration)
    {
        long begin = Stopwatch.GetTimestamp(), end = begin + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        List<double>[] latencies = [.. _users.Select(_ => new List<double>())];
        await Task.WhenAll(_users.Select((user, i) => Task.Run(() => user.TalkAsync(end, latencies[i]))));
        var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        double[] all = [.. latencies.SelectMany(list => list).Order()];
        return new TurnBlock(all.Length / seconds, all[all.Length / 2], all[all.Length * 99 / 100]);
    }

    public async Task MeasureAsync(TimeSpan duration) => Blocks.Add(await RunAsync(duration));

    public void Dispose() => _client.Dispose();
}
