using System.Text;
using Archer.Embedded.Storage;
using Archer.Testing;

namespace Archer.Embedded.Tests.Storage;

public sealed class SegmentedLogTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Crc32C_OfStandardText_IsTheValueOfRfc3720() =>
        Assert.Equal(0xE306_9283u, Crc32C.Compute("123456789"u8));

    [Fact]
    public async Task Open_AfterClose_VisitsRecordsInOrder()
    {
        await LogFiles.WriteAsync(_directory.Path, "first", "", "third");

        Assert.Equal(["first", "", "third"], await LogFiles.ReadAllAsync(_directory.Path));
    }

    [Fact]
    public async Task Open_WritesWhatNoRecordVouchesForAgain()
    {
        // After a kill the last records may be in the operating system's memory only; those that follow say that they are on the disk.
        await LogFiles.WriteAsync(_directory.Path, "first", "second");
        var file = LogFiles.Segment(_directory.Path);
        var before = await File.ReadAllBytesAsync(file);
        File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch);

        await using (LogFiles.Open(_directory.Path))
        {
            Assert.NotEqual(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(file));
        }

        Assert.Equal(before, await File.ReadAllBytesAsync(file));
    }

    [Fact]
    public async Task TryRead_DurableRecord_ReturnsItsPayload()
    {
        await using var log = LogFiles.Open(_directory.Path);
        var first = log.Append("first"u8);
        var second = log.Append("second"u8);
        await second.Durable;

        Assert.True(first.Durable.IsCompletedSuccessfully);
        Assert.True(log.TryRead(first.Address, out var payload));
        Assert.Equal("first"u8, payload.Span);
        Assert.True(log.TryRead(second.Address, out payload));
        Assert.Equal("second"u8, payload.Span);
    }

    [Fact]
    public async Task Append_WithinTheBatchInterval_WaitsForOthersAndClosingDoesNot()
    {
        var options = new SegmentedLogOptions { Directory = _directory.Path, BatchInterval = TimeSpan.FromMinutes(1) };
        await using var log = SegmentedLog.Open(options, static (_, _) => { });
        await log.Append("alone"u8).Durable.WaitAsync(TimeSpan.FromSeconds(30));

        var waiting = log.Append("waits"u8);
        var shares = log.Append("shares"u8);

        Assert.Same(waiting.Durable, shares.Durable);
        Assert.False(waiting.Durable.IsCompleted);
        await log.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(waiting.Durable.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Append_AfterTheBatchInterval_IsDurable()
    {
        var options = new SegmentedLogOptions { Directory = _directory.Path, BatchInterval = TimeSpan.FromMilliseconds(20) };
        await using var log = SegmentedLog.Open(options, static (_, _) => { });

        for (var i = 0; i < 5; i++)
        {
            await log.Append("record"u8).Durable.WaitAsync(TimeSpan.FromSeconds(30));
        }
    }

    [Fact]
    public async Task Append_BySixtyFourWriters_KeepsEveryRecordAndTheOrderOfEach()
    {
        await using (var log = LogFiles.Open(_directory.Path, segmentBytes: 4096))
        {
            await Task.WhenAll(Enumerable.Range(0, 64).Select(writer => Task.Run(async () =>
            {
                for (var i = 0; i < 50; i++)
                {
                    await log.AppendAsync($"{writer} {i}");
                }
            })));
        }

        var records = await LogFiles.ReadAllAsync(_directory.Path);
        Assert.Equal(64 * 50, records.Count);
        foreach (var writer in records.Select(record => record.Split(' ')).GroupBy(words => words[0]))
        {
            Assert.Equal(Enumerable.Range(0, 50), writer.Select(words => int.Parse(words[1])));
        }
    }

    [Fact]
    public async Task Append_BeyondTheSegmentSize_BeginsSegmentsThatAllAreRead()
    {
        var texts = Enumerable.Range(0, 100).Select(i => new string((char)('a' + (i % 26)), 500)).ToArray();
        await using (var log = LogFiles.Open(_directory.Path, segmentBytes: 4096))
        {
            foreach (var text in texts)
            {
                await log.AppendAsync(text);
            }

            Assert.True(log.ActiveSegment > 10);
        }

        Assert.Equal(texts, await LogFiles.ReadAllAsync(_directory.Path));
    }

    [Fact]
    public async Task Append_WithoutFsync_IsReadAfterClose()
    {
        var options = new SegmentedLogOptions { Directory = _directory.Path, SegmentBytes = 4096, Durability = LogDurability.OperatingSystemCache };
        await using (var log = SegmentedLog.Open(options, (_, _) => { }))
        {
            await Task.WhenAll(Enumerable.Range(0, 100).Select(i => log.AppendAsync($"{i:D200}")));
        }

        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{i:D200}"), await LogFiles.ReadAllAsync(_directory.Path));
    }

    [Fact]
    public async Task DeleteOldest_AfterCopying_KeepsTheRest()
    {
        await using (var log = LogFiles.Open(_directory.Path))
        {
            var old = log.Append("old"u8);
            await log.RollAsync();
            await log.AppendAsync("copy of old");

            log.DeleteOldest(1);

            Assert.False(log.TryRead(old.Address, out _));
            Assert.Equal(2, log.OldestSegment);
        }

        Assert.Equal(["copy of old"], await LogFiles.ReadAllAsync(_directory.Path));
    }

    [Fact]
    public async Task DeleteOldest_OfTheActiveSegment_IsRefused()
    {
        await using var log = LogFiles.Open(_directory.Path);

        var error = Assert.Throws<InvalidOperationException>(() => log.DeleteOldest(1));

        Assert.Equal("Segment 1 is not the oldest finished segment of this log.", error.Message);
    }

    [Fact]
    public async Task Open_WhileAnotherHasIt_IsRefused()
    {
        await using var log = LogFiles.Open(_directory.Path);

        var error = Assert.Throws<IOException>(() => LogFiles.Open(_directory.Path));

        Assert.Equal(
            $"The log directory '{_directory.Path}' is in use by another process (its file 'lock' is held). Stop it first.", error.Message);
    }

    [Fact]
    public void Open_WithWrongOptions_ListsEveryProblem()
    {
        var options = new SegmentedLogOptions { Directory = " ", SegmentBytes = 7, Durability = (LogDurability)9 };

        var error = Assert.Throws<ArgumentException>(() => SegmentedLog.Open(options, (_, _) => { }));

        Assert.Equal(
            "Directory is empty, expected a path. SegmentBytes is 7, expected 4096 to 1073741824. "
            + "Durability is 9, expected Fsync or OperatingSystemCache. (Parameter 'options')",
            error.Message);
    }

    [Fact]
    public async Task Append_AfterAFailedWrite_Throws()
    {
        var log = LogFiles.Open(_directory.Path, segmentBytes: 4096);
        await log.AppendAsync(new string('a', 3000));
        // A directory stands where the next segment's file should be made.
        Directory.CreateDirectory(LogFiles.Segment(_directory.Path, 2));

        await Assert.ThrowsAsync<LogFailedException>(() => log.AppendAsync(new string('b', 3000)));

        Assert.NotNull(log.Failure);
        Assert.Throws<LogFailedException>(() => log.Append(Encoding.UTF8.GetBytes("c")));
        await log.DisposeAsync();
        Directory.Delete(LogFiles.Segment(_directory.Path, 2));
        Assert.Equal([new string('a', 3000)], await LogFiles.ReadAllAsync(_directory.Path));
    }
}
