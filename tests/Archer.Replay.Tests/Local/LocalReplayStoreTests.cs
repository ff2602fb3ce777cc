using Archer.Client.Replay;
using Archer.Testing;
using Archer.Testing.Crashes;
using Archer.Testing.Replay;

namespace Archer.Replay.Tests;

public sealed class LocalReplayStoreTests : ReplayStoreContract, IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    protected override Task<ReplayStoreLease> OpenAsync(ReplayOptions options)
    {
        // Small segments, so that histories of a test reach the clean-up.
        var store = Open(options, segmentBytes: 4096);
        return Task.FromResult(new ReplayStoreLease(store, store.DisposeAsync));
    }

    [Fact]
    public async Task Disk_AfterManyEvictions_HoldsAFewTimesWhatIsLive()
    {
        await using var store = Open(new ReplayOptions { CapacityRows = 100 }, segmentBytes: 16 << 10);
        for (var episode = 0; episode < 1000; episode++)
        {
            await store.AppendAsync("a", ReplayRows.Episode($"{episode}", 10));
            await store.ReportReadAsync("a", "trainer", episode * 10);
        }

        await store.DisposeAsync();
        var bytes = Directory.GetFiles(_directory["a"]).Sum(file => new FileInfo(file).Length);
        Assert.InRange(bytes, 10_000, 128 << 10);
    }

    [Fact]
    public async Task Erase_WhenItReturns_TheBytesHaveLeftTheDisk()
    {
        await using var store = Open(new ReplayOptions(), segmentBytes: 8 << 20);
        var secret = ReplayRows.Of("b", 0) with { UserText = "my telephone number" };
        await store.AppendAsync("a", [.. ReplayRows.Episode("a", 5), secret]);
        Assert.True(Holds("my telephone number"u8));

        await store.EraseAsync("a", "b");

        Assert.False(Holds("my telephone number"u8));
        Assert.Equal(5, (await store.GetStatisticsAsync("a")).Rows);
    }

    [Fact]
    public async Task Open_AfterKills_HasEveryAcknowledgedRowOnce()
    {
        var acknowledged = new HashSet<int>();
        var next = 0;
        for (var life = 0; life < 6; life++)
        {
            acknowledged.UnionWith(await CrashProcess.RunAndKillAsync("replay", _directory.Path, next, writers: 16, killAfter: 50 + (life * 83)));
            await using var store = Open(new ReplayOptions { CapacityRows = 1_000_000 }, segmentBytes: 16 << 10);
            var entries = await store.ReadAsync("crash", 0, int.MaxValue);
            var numbers = entries.Where(entry => entry.Row is not null).Select(entry => ReplayRows.NumberOf(entry.Row!)).ToList();

            Assert.Subset(numbers.ToHashSet(), acknowledged);
            Assert.Equal(numbers.Count, numbers.Distinct().Count());
            Assert.Equal(Enumerable.Range(1, entries.Count).Select(position => (long)position), entries.Select(entry => entry.Position));
            Assert.Equal(numbers.Count, (await store.GetStatisticsAsync("crash")).Inserted);
            next = numbers.Max() + 1;
        }
    }

    [Fact]
    public async Task Append_AfterAFailedWrite_ThrowsOnceThenGoesOnFromTheDisk()
    {
        await using var store = Open(new ReplayOptions(), segmentBytes: 4096);
        var obstacle = Path.Combine(_directory["a"], "0000000002.log");
        Directory.CreateDirectory(obstacle);
        await store.AppendAsync("a", [ReplayRows.Of("0", 0)]);

        var error = await Assert.ThrowsAsync<ReplayException>(async () => await store.AppendAsync("a", ReplayRows.Episode("1", 40)));
        Assert.StartsWith("The replay store could not append 40 rows of agent 'a': Writing ", error.Message, StringComparison.Ordinal);
        Directory.Delete(obstacle);

        await store.AppendAsync("a", [ReplayRows.Of("0", 0), .. ReplayRows.Episode("1", 40)]);
        Assert.Equal(41, (await store.GetStatisticsAsync("a")).Rows);
        Assert.Equal(Enumerable.Range(0, 40), (await store.ReadConversationAsync("a", "1")).Select(entry => entry.Row!.Key.Turn));
    }

    [Fact]
    public void Make_WithWrongOptions_ListsEveryProblem()
    {
        var options = new LocalReplayOptions
        {
            Directory = "",
            SegmentBytes = 1,
            Replay = new ReplayOptions { CapacityRows = 0, LongestPoll = TimeSpan.Zero },
        };

        var error = Assert.Throws<ArgumentException>(() => new LocalReplayStore(options));

        Assert.Equal(
            "CapacityRows is 0, expected at least 1. LongestPoll is 00:00:00, expected 1 ms to 1 minute. "
            + "Directory is empty, expected a path. SegmentBytes is 1, expected 4096 to 1073741824. (Parameter 'options')",
            error.Message);
    }

    private LocalReplayStore Open(ReplayOptions options, int segmentBytes) =>
        new(new LocalReplayOptions { Directory = _directory.Path, Replay = options, SegmentBytes = segmentBytes });

    private bool Holds(ReadOnlySpan<byte> text)
    {
        foreach (var file in Directory.GetFiles(_directory["a"], "*.log"))
        {
            if (File.ReadAllBytes(file).AsSpan().IndexOf(text) >= 0)
            {
                return true;
            }
        }

        return false;
    }
}
