using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;

namespace Archer.Replay.Sqlite;

/// <summary>
/// The one thread that writes. Everything queued while a commit runs shares the next one, and so its fsync.
/// A group that fails is rolled back and run again, a transaction for each request: a failing request harms no neighbour.
/// Savepoints would not do: on a full disk SQLite ends the whole transaction by itself.
/// </summary>
internal sealed class GroupCommit : IDisposable
{
    private const int MaxGroup = 256;
    private static readonly long MaxLinger = Stopwatch.Frequency / 1_000;
    private readonly BlockingCollection<WriteRequest> _queue = [];
    private readonly List<WriteRequest> _group = new(MaxGroup);
    private readonly SqliteSession _session;
    private readonly string _file;
    private readonly Thread _thread;
    private long _lastCommit;
    private int _lastGroup;

    public GroupCommit(SqliteSession session, string file)
    {
        (_session, _file) = (session, file);
        _thread = new Thread(Run) { IsBackground = true, Name = "archer.db writer" };
        _thread.Start();
    }

    /// <summary>Queues a request.</summary>
    /// <exception cref="ObjectDisposedException">The database is closed.</exception>
    public void Enqueue(WriteRequest request)
    {
        try
        {
            _queue.Add(request);
        }
        catch (InvalidOperationException) when (_queue.IsAddingCompleted)
        {
            throw new ObjectDisposedException(nameof(SqliteDatabase));
        }
    }

    /// <summary>Commits what is queued and ends.</summary>
    public void Dispose()
    {
        _queue.CompleteAdding();
        _thread.Join();
        _session.Dispose();
    }

    private void Run()
    {
        foreach (var first in _queue.GetConsumingEnumerable())
        {
            _group.Clear();
            Add(first);
            Gather();
            var begin = Stopwatch.GetTimestamp();
            Commit(_group.FindAll(request => request is not CleanRequest));
            Clean(_group.FindAll(request => request is CleanRequest));
            (_lastGroup, _lastCommit) = (_group.Count, Stopwatch.GetTimestamp() - begin);
        }
    }

    private void Gather()
    {
        var begin = Stopwatch.GetTimestamp();
        while (_group.Count < MaxGroup && TryTake(begin, out var next))
        {
            Add(next);
        }
    }

    /// <summary>
    /// Takes the next request. The callers of the last commit are on their way back with their next writes: waiting for them an eighth of what
    /// that commit took makes one commit of 16 where there would be one of 1 and one of 15.
    /// </summary>
    private bool TryTake(long begin, [MaybeNullWhen(false)] out WriteRequest next)
    {
        while (!_queue.TryTake(out next))
        {
            if (_group.Count >= _lastGroup || Stopwatch.GetTimestamp() - begin >= Math.Min(_lastCommit / 8, MaxLinger))
            {
                return false;
            }

            Thread.Yield();
        }

        return true;
    }

    private void Add(WriteRequest request)
    {
        if (request.IsCancelled)
        {
            request.Cancel();
        }
        else
        {
            _group.Add(request);
        }
    }

    private void Commit(List<WriteRequest> requests)
    {
        if (requests.Count == 0 || TryCommit(requests) is not { } failure)
        {
            return;
        }

        if (requests.Count == 1)
        {
            requests[0].Fail(failure);
            return;
        }

        foreach (var request in requests)
        {
            if (TryCommit([request]) is { } own)
            {
                request.Fail(own);
            }
        }
    }

    /// <summary>One transaction; returns why it did not happen.</summary>
    private Exception? TryCommit(List<WriteRequest> requests)
    {
        try
        {
            _session.Execute("BEGIN IMMEDIATE");
            foreach (var request in requests)
            {
                request.Apply(_session);
            }

            _session.Execute("COMMIT");
        }
        catch (Exception failure)
        {
            // Whatever a request throws belongs to its caller: this thread serves the others.
            return RollBack() ?? Translate(failure);
        }

        requests.ForEach(request => request.Complete());
        return null;
    }

    private StorageException? RollBack()
    {
        try
        {
            if (_session.InTransaction)
            {
                _session.Execute("ROLLBACK");
            }

            return null;
        }
        catch (SqliteException failure)
        {
            return SqliteErrors.Translate(failure, _file);
        }
    }

    private void Clean(List<WriteRequest> requests)
    {
        if (requests.Count == 0)
        {
            return;
        }

        try
        {
            requests[0].Apply(_session);
        }
        catch (Exception failure) when (failure is SqliteException or StorageException)
        {
            requests.ForEach(request => request.Fail(Translate(failure)));
            return;
        }

        requests.ForEach(request => request.Complete());
    }

    private Exception Translate(Exception failure) =>
        failure is SqliteException storage ? SqliteErrors.Translate(storage, _file) : failure;
}
