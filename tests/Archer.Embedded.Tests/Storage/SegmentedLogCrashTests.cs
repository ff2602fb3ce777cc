using System.Text;
using Archer.Embedded.Storage;
using Archer.Testing;
using Archer.Testing.Crashes;

namespace Archer.Embedded.Tests.Storage;

public sealed class SegmentedLogCrashTests : IDisposable
{
    private static readonly string[] Records = ["first record", "", "the third, a little longer", "4"];
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Open_AfterTruncationAtAnyByte_HasTheWholeRecordsBeforeIt()
    {
        var ends = await LogFiles.WriteAsync(_directory["whole"], Records);
        var whole = await File.ReadAllBytesAsync(LogFiles.Segment(_directory["whole"]));
        for (var length = 0; length <= whole.Length; length++)
        {
            var directory = _directory[$"cut{length}"];
            Directory.CreateDirectory(directory);
            await File.WriteAllBytesAsync(LogFiles.Segment(directory), whole[..length]);

            Assert.Equal(Records.Take(ends.Count(end => end <= length) - 1), await LogFiles.ReadAllAsync(directory));
            await LogFiles.WriteAsync(directory, "after the crash");
            Assert.Equal("after the crash", (await LogFiles.ReadAllAsync(directory))[^1]);
        }
    }

    [Fact]
    public async Task Open_AfterAFlippedByte_RefusesItOrCutsItIfItIsTheTail()
    {
        var ends = await LogFiles.WriteAsync(_directory["whole"], Records);
        var whole = await File.ReadAllBytesAsync(LogFiles.Segment(_directory["whole"]));
        for (var at = 0; at < whole.Length; at++)
        {
            var directory = _directory[$"flip{at}"];
            Directory.CreateDirectory(directory);
            var damaged = whole.ToArray();
            damaged[at] ^= 0x40;
            await File.WriteAllBytesAsync(LogFiles.Segment(directory), damaged);

            if (at < ends[^2])
            {
                var error = Assert.Throws<LogCorruptException>(() => LogFiles.Open(directory));
                Assert.Equal(LogFiles.Segment(directory), error.File);
                Assert.Equal(at < ends[0] ? 0 : ends.Last(end => end <= at), error.Offset);
            }
            else
            {
                Assert.Equal(Records[..^1], await LogFiles.ReadAllAsync(directory));
            }
        }
    }

    [Fact]
    public async Task Open_WithATornTail_ReportsWhatItCut()
    {
        var ends = await LogFiles.WriteAsync(_directory.Path, Records);
        var file = LogFiles.Segment(_directory.Path);
        using (var stream = new FileStream(file, FileMode.Open))
        {
            stream.SetLength(ends[3] + 5);
        }

        var log = new CapturedLog();
        await LogFiles.ReadAllAsync(_directory.Path, log);

        Assert.Equal(
            [$"Warning: Cut a torn tail of 5 bytes from '{file}' at offset {ends[3]}: expected a record header of 16 bytes with its checksum, "
                + "found 5 bytes. No acknowledged record was in it."],
            log.Messages);
        Assert.Equal(ends[3], new FileInfo(file).Length);
    }

    [Fact]
    public async Task Open_WithDamageInTheMiddle_NamesFileOffsetExpectedAndActual()
    {
        var ends = await LogFiles.WriteAsync(_directory.Path, Records);
        var file = LogFiles.Segment(_directory.Path);
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[ends[0] + LogFormat.RecordHeaderBytes] = (byte)'F';
        await File.WriteAllBytesAsync(file, bytes);

        var error = Assert.Throws<LogCorruptException>(() => LogFiles.Open(_directory.Path));

        var expected = Crc32C.Compute("first record"u8).ToString("X8");
        var actual = Crc32C.Compute("First record"u8).ToString("X8");
        Assert.Equal(
            $"The log file '{file}' is corrupt at offset 32: expected payload checksum {expected}, found {actual}. "
            + "Restore the directory from a copy, or move it away to start empty.",
            error.Message);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(file));
    }

    [Fact]
    public async Task Open_WithAFinishedSegmentShortened_IsRefused()
    {
        await using (var log = LogFiles.Open(_directory.Path))
        {
            await log.AppendAsync("kept");
            await log.AppendAsync("lost");
            await log.RollAsync();
            await log.AppendAsync("next");
        }

        var file = LogFiles.Segment(_directory.Path);
        var length = new FileInfo(file).Length;
        using (var stream = new FileStream(file, FileMode.Open))
        {
            stream.SetLength(length - LogFormat.RecordHeaderBytes - 4);
        }

        var error = Assert.Throws<LogCorruptException>(() => LogFiles.Open(_directory.Path));

        Assert.Equal((file, $"a file of {length} bytes", $"{length - 20} bytes"), (error.File, error.Expected, error.Actual));
    }

    [Fact]
    public async Task Open_WithASegmentMissing_IsRefused()
    {
        await using (var log = LogFiles.Open(_directory.Path))
        {
            await log.RollAsync();
            await log.RollAsync();
        }

        File.Delete(LogFiles.Segment(_directory.Path, 2));

        var error = Assert.Throws<LogCorruptException>(() => LogFiles.Open(_directory.Path));

        Assert.Equal((LogFiles.Segment(_directory.Path, 2), "a segment file"), (error.File, error.Expected));
    }

    [Fact]
    public async Task Open_AfterKills_HasEveryAcknowledgedRecord()
    {
        var acknowledged = new HashSet<int>();
        var next = 0;
        for (var life = 0; life < 8; life++)
        {
            acknowledged.UnionWith(await CrashProcess.RunAndKillAsync("log", _directory.Path, next, writers: 1 + (life * 4), killAfter: 40 + (life * 61)));
            var records = await LogFiles.ReadAllAsync(_directory.Path);
            var numbers = records.Select(record => int.Parse(record.Split(':')[0])).ToList();

            Assert.Subset(numbers.ToHashSet(), acknowledged);
            Assert.Equal(numbers.Count, numbers.Distinct().Count());
            Assert.All(records, record => Assert.Equal(record, Encoding.UTF8.GetString(CrashTarget.LogPayload(int.Parse(record.Split(':')[0])))));
            next = numbers.Max() + 1;
        }
    }
}
