using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Archer.Embedded.Storage;

/// <summary>
/// A crash-safe append-only log of byte records in segment files. What is durable stays: a start cuts only what a crash tore from the tail
/// and refuses a log with any other damage. An index, and what counts as garbage, is the user's: copy live records of the oldest
/// segment to the end, await them, then <see cref="DeleteOldest"/>.
/// </summary>
public sealed class SegmentedLog : IAsyncDisposable
{
    private readonly ConcurrentDictionary<int, LogSegment> _segments = new();
    private readonly SegmentedLogOptions _options;
    private readonly FileStream _lock;
    private readonly LogWriter _writer;

    private SegmentedLog(SegmentedLogOptions options, FileStream @lock, List<LogSegment> segments)
    {
        (_options, _lock) = (options, @lock);
        foreach (var segment in segments)
        {
            _segments[segment.Number] = segment;
        }

        _writer = new LogWriter(options, segments[^1], CreateSegment);
    }

    /// <summary>The failed write that ended this log's life; null while it is healthy. Open the directory again to go on.</summary>
    public LogFailedException? Failure => _writer.Failure;

    /// <summary>Number of the oldest segment.</summary>
    public int OldestSegment => _segments.Keys.Min();

    /// <summary>Number of the segment that is being appended to; it cannot be deleted.</summary>
    public int ActiveSegment => _segments.Keys.Max();

    /// <summary>Bytes on disk.</summary>
    public long Length => _segments.Values.Sum(segment => (long)segment.Length);

    /// <summary>Completes when everything appended so far is durable.</summary>
    public Task Flushed => _writer.Flushed;

    /// <summary>Opens or makes a log and visits its records in the order of appending.</summary>
    /// <exception cref="ArgumentException">The options are wrong; the message lists every problem.</exception>
    /// <exception cref="LogCorruptException">The log is damaged other than by a torn tail.</exception>
    /// <exception cref="IOException">Another process has the log open, or the directory cannot be used.</exception>
    public static SegmentedLog Open(SegmentedLogOptions options, LogRecordVisitor visit, ILogger? logger = null)
    {
        var problems = options.Problems();
        if (problems.Count > 0)
        {
            throw new ArgumentException(string.Join(' ', problems), nameof(options));
        }

        Directory.CreateDirectory(options.Directory);
        var @lock = TakeLock(options.Directory);
        try
        {
            var segments = new LogRecovery(options.Directory, logger ?? NullLogger.Instance).Run(visit);
            return new SegmentedLog(options, @lock, segments);
        }
        catch
        {
            @lock.Dispose();
            throw;
        }
    }

    /// <summary>Appends a record; copies the payload before it returns. Records become durable in the order of the calls.</summary>
    /// <exception cref="LogFailedException">An earlier write failed.</exception>
    public LogAppend Append(ReadOnlySpan<byte> payload)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, LogFormat.MostPayloadBytes, nameof(payload));
        return _writer.Append(payload);
    }

    /// <summary>Begins a new segment, so that the one before it can be cleaned.</summary>
    public Task RollAsync() => _writer.Roll();

    /// <summary>Reads a durable record. False when its segment was deleted since: look the address up again.</summary>
    /// <exception cref="LogCorruptException">The record on disk is damaged.</exception>
    public bool TryRead(LogAddress address, out ReadOnlyMemory<byte> payload)
    {
        if (_segments.TryGetValue(address.Segment, out var segment))
        {
            try
            {
                payload = segment.Read(address);
                return true;
            }
            catch (ObjectDisposedException) when (!_segments.ContainsKey(address.Segment))
            {
                // Deleted between the look-up and the read.
            }
        }

        payload = default;
        return false;
    }

    /// <summary>Visits the records of one segment that is no longer appended to.</summary>
    public void ReadSegment(int segment, LogRecordVisitor visit)
    {
        // Only when the next file is there has all of this one been written.
        if (segment >= ActiveSegment || !_segments.TryGetValue(segment, out var found))
        {
            throw new ArgumentException($"Segment {segment} is not a finished segment of this log.", nameof(segment));
        }

        if (SegmentScan.Run(segment, found.ReadAll(), visit) is { } flaw)
        {
            throw new LogCorruptException(found.Path, flaw.Offset, flaw.Expected, flaw.Actual);
        }
    }

    /// <summary>Deletes the oldest segment, whose live records have been copied and are durable.</summary>
    public void DeleteOldest(int segment)
    {
        if (segment != OldestSegment || segment >= ActiveSegment)
        {
            throw new InvalidOperationException($"Segment {segment} is not the oldest finished segment of this log.");
        }

        if (_segments.TryRemove(segment, out var removed))
        {
            removed.Dispose();
            File.Delete(removed.Path);
            DirectorySync.Flush(_options.Directory);
        }
    }

    /// <summary>Writes what is pending and closes the files.</summary>
    public async ValueTask DisposeAsync()
    {
        await _writer.StopAsync();
        foreach (var segment in _segments.Values)
        {
            segment.Dispose();
        }

        await _lock.DisposeAsync();
    }

    private static FileStream TakeLock(string directory)
    {
        var path = Path.Combine(directory, "lock");
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
        }
        catch (IOException e)
        {
            throw new IOException($"The log directory '{directory}' is in use by another process (its file 'lock' is held). Stop it first.", e);
        }
    }

    private LogSegment CreateSegment(int number, int previousLength)
    {
        var segment = LogSegment.Create(_options.Directory, number, previousLength);
        _segments[number] = segment;
        return segment;
    }
}
