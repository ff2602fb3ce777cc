using System.Diagnostics;

namespace Archer.Embedded.Storage;

/// <summary>
/// Writes batches on its own thread, so that an fsync never holds a thread of the pool. While one batch is on its way to the disk the next
/// one fills: with n concurrent appenders an fsync is shared by n records (group commit).
/// </summary>
internal sealed class LogWriter
{
    private const int BatchBytes = 4 << 20;
    private const int InitialBuffer = 64 << 10;
    private readonly object _gate = new();
    private readonly Queue<LogBatch> _queue = new();
    private readonly Stack<byte[]> _buffers = new();
    private readonly SegmentedLogOptions _options;
    private readonly Func<int, int, LogSegment> _createSegment;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LogMetrics _metrics;
    private LogSegment _segment;
    private int _durableLength;
    private LogBatch? _filling;
    private Task _lastDurable = Task.CompletedTask;
    private int _nextSegment;
    private int _nextOffset;
    private long _lastTaken;
    private bool _closing;
    private LogFailedException? _failure;

    /// <param name="options">Settings of the log.</param>
    /// <param name="segment">The segment to go on with; all of it is on disk.</param>
    /// <param name="createSegment">Makes the segment with a number behind one of a length.</param>
    public LogWriter(SegmentedLogOptions options, LogSegment segment, Func<int, int, LogSegment> createSegment)
    {
        (_options, _segment, _createSegment) = (options, segment, createSegment);
        _metrics = new LogMetrics(options.Directory);
        (_nextSegment, _nextOffset, _durableLength) = (segment.Number, segment.Length, segment.Length);
        new Thread(Run) { IsBackground = true, Name = "archer-log" }.Start();
    }

    /// <summary>Set once a write failed: no append succeeds after it.</summary>
    public LogFailedException? Failure
    {
        get
        {
            lock (_gate)
            {
                return _failure;
            }
        }
    }

    /// <summary>Completes when everything appended so far is durable.</summary>
    public Task Flushed
    {
        get
        {
            lock (_gate)
            {
                return _lastDurable;
            }
        }
    }

    public LogAppend Append(ReadOnlySpan<byte> payload)
    {
        var crc = Crc32C.Compute(payload);
        lock (_gate)
        {
            ThrowIfUnusable();
            var bytes = LogFormat.RecordHeaderBytes + payload.Length;
            var rolls = _nextOffset > LogFormat.SegmentHeaderBytes && (long)_nextOffset + bytes > _options.SegmentBytes;
            if (rolls || _filling is null || _filling.Length > BatchBytes)
            {
                Begin(rolls);
            }

            var address = _filling!.Add(payload, crc);
            _nextOffset += bytes;
            return new LogAppend(address, _filling.Durable);
        }
    }

    /// <summary>Begins a new segment; completes when its file is on disk.</summary>
    public Task Roll()
    {
        lock (_gate)
        {
            ThrowIfUnusable();
            Begin(rolls: true);
            return _filling!.Durable;
        }
    }

    public Task StopAsync()
    {
        lock (_gate)
        {
            _closing = true;
            Monitor.Pulse(_gate);
        }

        return _stopped.Task;
    }

    private void ThrowIfUnusable()
    {
        // A failed log is closed to be opened again: its callers are to hear of the failure all the same.
        if (_failure is not null)
        {
            throw new LogFailedException(_failure.Message, _failure);
        }

        ObjectDisposedException.ThrowIf(_closing, typeof(SegmentedLog));
    }

    private void Begin(bool rolls)
    {
        if (rolls)
        {
            _nextSegment++;
            _nextOffset = LogFormat.SegmentHeaderBytes;
        }

        var buffer = _buffers.TryPop(out var used) ? used : GC.AllocateUninitializedArray<byte>(InitialBuffer);
        _filling = new LogBatch(_nextSegment, _nextOffset, rolls, buffer);
        _lastDurable = _filling.Durable;
        _queue.Enqueue(_filling);
        Monitor.Pulse(_gate);
    }

    private void Run()
    {
        while (Take() is { } batch)
        {
            try
            {
                Write(batch);
                batch.Complete();
                Return(batch.Buffer);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Fail(batch, e);
            }
        }

        _stopped.SetResult();
    }

    private LogBatch? Take()
    {
        lock (_gate)
        {
            for (var rest = Rest(); rest != TimeSpan.Zero; rest = Rest())
            {
                Monitor.Wait(_gate, rest);
            }

            if (_queue.Count == 0)
            {
                return null;
            }

            _lastTaken = Stopwatch.GetTimestamp();
            var batch = _queue.Dequeue();
            if (ReferenceEquals(batch, _filling))
            {
                _filling = null;
            }

            return batch;
        }
    }

    /// <summary>Until there is a batch; then while it may still fill: not at all once it is full, or when the log closes.</summary>
    private TimeSpan Rest()
    {
        if (_queue.Count == 0 && !_closing)
        {
            return Timeout.InfiniteTimeSpan;
        }

        var left = _closing || _queue.Count > 1 || _lastTaken == 0 ? 0 : (_options.BatchInterval - Stopwatch.GetElapsedTime(_lastTaken)).TotalMilliseconds;
        return TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling(left)));
    }

    private void Write(LogBatch batch)
    {
        if (batch.StartsSegment)
        {
            // The next segment's header vouches for the length of this one.
            Flush();
            _segment = _createSegment(batch.Segment, _segment.Length);
            _durableLength = _segment.Length;
        }

        batch.Stamp(_durableLength);
        RandomAccess.Write(_segment.Handle, batch.Buffer.AsSpan(0, batch.Length), batch.Offset);
        _segment.Length = batch.Offset + batch.Length;
        _metrics.Wrote(batch);
        if (_options.Durability == LogDurability.Fsync)
        {
            Flush();
        }
    }

    private void Flush()
    {
        if (_durableLength != _segment.Length)
        {
            var begin = Stopwatch.GetTimestamp();
            RandomAccess.FlushToDisk(_segment.Handle);
            _metrics.Flushed(Stopwatch.GetElapsedTime(begin));
            _durableLength = _segment.Length;
        }
    }

    private void Return(byte[] buffer)
    {
        lock (_gate)
        {
            if (_buffers.Count < 2 && buffer.Length <= BatchBytes)
            {
                _buffers.Push(buffer);
            }
        }
    }

    private void Fail(LogBatch batch, Exception cause)
    {
        var failure = new LogFailedException(
            $"Writing {batch.Length} bytes at offset {batch.Offset} of '{_segment.Path}' failed: {cause.Message}", cause);
        lock (_gate)
        {
            _failure ??= failure;
            batch.Fail(failure);
            while (_queue.TryDequeue(out var waiting))
            {
                waiting.Fail(failure);
            }

            _filling = null;
        }
    }
}
