using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Archer.Embedded.Storage;

/// <summary>Reads a log's directory at start: checks every segment, cuts what a crash tore from the last one, refuses everything else.</summary>
internal sealed partial class LogRecovery(string directory, ILogger logger)
{
    /// <summary>Opens all segments in order and visits their records; makes the first segment of an empty log.</summary>
    public List<LogSegment> Run(LogRecordVisitor visit)
    {
        var numbers = FindNumbers();
        var segments = new List<LogSegment>();
        try
        {
            long? previousLength = null;
            foreach (var number in numbers)
            {
                var segment = Recover(number, previousLength, isLast: number == numbers[^1], visit);
                segments.Add(segment);
                previousLength = segment.Length;
            }

            if (segments.Count == 0)
            {
                segments.Add(LogSegment.Create(directory, 1, 0));
            }

            return segments;
        }
        catch
        {
            segments.ForEach(segment => segment.Dispose());
            throw;
        }
    }

    private List<int> FindNumbers()
    {
        var numbers = Directory.EnumerateFiles(directory, "*.log")
            .Select(path => Path.GetFileNameWithoutExtension(path))
            .Select(name => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0)
            .Where(number => number > 0)
            .Order()
            .ToList();
        for (var i = 1; i < numbers.Count; i++)
        {
            if (numbers[i] != numbers[i - 1] + 1)
            {
                var missing = Path.Combine(directory, LogSegment.FileName(numbers[i - 1] + 1));
                throw new LogCorruptException(missing, 0, "a segment file", $"none, though {LogSegment.FileName(numbers[i])} is there");
            }
        }

        return numbers;
    }

    private LogSegment Recover(int number, long? previousLength, bool isLast, LogRecordVisitor visit)
    {
        var segment = LogSegment.Open(directory, number);
        try
        {
            var bytes = segment.ReadAll();
            if (LogFormat.FindHeaderFlaw(bytes, number, out var vouched) is { } header)
            {
                if (!isLast || SegmentScan.WasDurable(bytes, 0))
                {
                    throw new LogCorruptException(segment.Path, 0, header.Expected, header.Actual);
                }

                // The crash came while the file was being made: no record can be in it.
                LogTornSegment(segment.Path, bytes.Length);
                segment.Dispose();
                return LogSegment.Create(directory, number, previousLength ?? 0);
            }

            if (previousLength is { } length && length != vouched)
            {
                var previous = Path.Combine(directory, LogSegment.FileName(number - 1));
                throw new LogCorruptException(previous, length, $"a file of {vouched} bytes", $"{length} bytes");
            }

            if (SegmentScan.Run(number, bytes, visit, out var durable) is { } flaw)
            {
                Cut(segment, bytes, flaw, isLast);
            }

            if (isLast)
            {
                WriteAgain(segment, bytes, durable);
            }

            return segment;
        }
        catch
        {
            segment.Dispose();
            throw;
        }
    }

    private void Cut(LogSegment segment, byte[] bytes, SegmentScan.Flaw flaw, bool isLast)
    {
        if (!isLast || SegmentScan.WasDurable(bytes, flaw.Offset))
        {
            throw new LogCorruptException(segment.Path, flaw.Offset, flaw.Expected, flaw.Actual);
        }

        LogTornTail(segment.Path, flaw.Offset, bytes.Length - flaw.Offset, flaw.Expected, flaw.Actual);
        RandomAccess.SetLength(segment.Handle, flaw.Offset);
        segment.Length = flaw.Offset;
    }

    /// <summary>
    /// Brings what was read to the disk. A killed process leaves its last records in the operating system's memory only, and so does an fsync that
    /// failed, after which another one need not try again: records that follow vouch for these, so they are written anew.
    /// </summary>
    private static void WriteAgain(LogSegment segment, byte[] bytes, int durable)
    {
        RandomAccess.Write(segment.Handle, bytes.AsSpan(durable, segment.Length - durable), durable);
        RandomAccess.FlushToDisk(segment.Handle);
    }

    private void LogTornTail(string file, int offset, int bytes, string expected, string actual) =>
        LogTornTail(logger, file, offset, bytes, expected, actual);

    private void LogTornSegment(string file, int bytes) => LogTornSegment(logger, file, bytes);
}
