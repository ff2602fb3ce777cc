using System.Collections.Concurrent;
using Archer.Replay.Redis;
using Archer.Testing.Contracts;
using Archer.Testing.Redis;
using Archer.Testing.Replay;

namespace Archer.Replay.Tests;

[NeedsRedis]
[Trait("Category", "Slow")]
public sealed class RedisReplayStoreTests : ReplayStoreContract, IAsyncLifetime
{
    private RedisServer? _server;

    public async Task InitializeAsync() => _server = await RedisServer.StartAsync();

    public async Task DisposeAsync() => await _server!.DisposeAsync();

    protected override async Task<ReplayStoreLease> OpenAsync(ReplayOptions options)
    {
        var connection = await _server!.ConnectAsync();
        return new ReplayStoreLease(new RedisReplayStore(connection, options), async () => await connection.CloseAsync());
    }

    [RedisFact]
    public async Task Append_AcrossKillsOfTheServer_HasEveryAcknowledgedRowOnce()
    {
        const int Rows = 600;
        await using var lease = await OpenAsync(new ReplayOptions { CapacityRows = 10_000 });
        var acknowledged = new ConcurrentDictionary<int, bool>();
        var next = -1;
        var writers = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var number = Interlocked.Increment(ref next); number < Rows; number = Interlocked.Increment(ref next))
            {
                await AppendUntilAcknowledgedAsync(lease.Store, ReplayRows.Numbered(number));
                acknowledged[number] = true;
            }
        })).ToArray();

        for (var kill = 1; kill <= 3; kill++)
        {
            SpinWait.SpinUntil(() => acknowledged.Count >= kill * 100, TimeSpan.FromSeconds(20));
            await _server!.KillAsync();
            var before = acknowledged.Keys.ToHashSet();
            await _server.RestartAsync();
            Assert.Subset(await NumbersAsync(), before);
        }

        await Task.WhenAll(writers).WaitAsync(TimeSpan.FromSeconds(60));
        var entries = await lease.Store.ReadAsync("a", 0, 10_000);
        Assert.Equal(Rows, entries.Count);
        Assert.Equal(Enumerable.Range(0, Rows), entries.Select(entry => ReplayRows.NumberOf(entry.Row!)).Order());
    }

    [RedisFact]
    public async Task Append_WithoutAServer_SaysWhatItTried()
    {
        await using var lease = await OpenAsync(new ReplayOptions());
        await _server!.KillAsync();

        var error = await Assert.ThrowsAsync<ReplayException>(async () => await lease.Store.AppendAsync("a", [ReplayRows.Of("1", 0)]));

        Assert.StartsWith("The replay store in Redis could not append 1 rows of agent 'a': ", error.Message, StringComparison.Ordinal);
        Assert.IsAssignableFrom<Exception>(error.InnerException);
    }

    [RedisFact]
    public async Task Keys_OfAnAgent_ShareItsHashTagAndGoWithItsRows()
    {
        await using var lease = await OpenAsync(new ReplayOptions { CapacityRows = 4 });
        await lease.FillAsync("a b", episodes: 20, turns: 2);
        await lease.Store.ReportReadAsync("a b", "trainer", 1000);

        using var connection = await _server!.ConnectAsync();
        var keys = connection.GetServer("127.0.0.1", _server.Port).Keys().Select(key => (string)key!).ToList();

        Assert.All(keys, key => Assert.StartsWith("archer:{a%20b}:", key, StringComparison.Ordinal));
        Assert.Equal(2, keys.Count(key => key.Contains(":conversation:", StringComparison.Ordinal)));
    }

    private static async Task AppendUntilAcknowledgedAsync(IReplayStore store, ReplayRow row)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            try
            {
                await store.AppendAsync("a", [row], deadline.Token);
                return;
            }
            catch (ReplayException) when (!deadline.IsCancellationRequested)
            {
                await Task.Yield();
            }
        }
    }

    private async Task<HashSet<int>> NumbersAsync()
    {
        await using var lease = await OpenAsync(new ReplayOptions());
        return [.. (await lease.Store.ReadAsync("a", 0, 10_000)).Select(entry => ReplayRows.NumberOf(entry.Row!))];
    }
}
