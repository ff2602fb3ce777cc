using System.Runtime.ExceptionServices;

namespace Archer.Policy.Tensors;

/// <summary>
/// Splits loops over a fixed number of threads, the caller included; with one thread it is a plain loop. One word holds the job's number and
/// how many parts are
/// unclaimed: a claim is one compare-exchange on it, which fails for everyone who still looks at an older job. One caller at a time.
/// </summary>
internal sealed class WorkPool : IDisposable
{
    private const int SpinsBeforeSleep = 200;
    private readonly Thread[] _helpers;
    private readonly SemaphoreSlim _wake = new(0);
    private Action<int, int>? _job;
    private Exception? _failure;
    private long _word;
    private uint _epoch;
    private int _completed;
    private int _sleeping;
    private int _busy;
    private volatile bool _stopping;

    public WorkPool(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Threads = threads;
        _helpers = new Thread[threads - 1];
        for (var i = 0; i < _helpers.Length; i++)
        {
            var worker = i + 1;
            _helpers[i] = new Thread(() => Help(worker)) { IsBackground = true, Name = $"tensor-{worker}" };
            _helpers[i].Start();
        }
    }

    public int Threads { get; }

    /// <summary>Runs body(part, worker) for every part below <paramref name="parts"/> and returns when all are done.</summary>
    public void Run(int parts, Action<int, int> body)
    {
        if (_helpers.Length == 0 || parts <= 1)
        {
            for (var part = 0; part < parts; part++)
            {
                body(part, 0);
            }

            return;
        }
        if (Interlocked.Exchange(ref _busy, 1) != 0)
        {
            throw new InvalidOperationException("The pool already runs a job: give every concurrent caller a pool of its own.");
        }

        _job = body;
        _completed = 0;
        Interlocked.Exchange(ref _word, ((long)++_epoch << 32) | (uint)parts);
        var asleep = Volatile.Read(ref _sleeping);
        if (asleep > 0)
        {
            _wake.Release(asleep);
        }

        ClaimAll(0);
        SpinWait spin = default;
        while (Volatile.Read(ref _completed) != parts)
        {
            spin.SpinOnce(-1);
        }

        Finish();
    }

    public void Dispose()
    {
        if (_stopping)
        {
            return;
        }

        _stopping = true;
        _wake.Release(_helpers.Length + 1);
        foreach (var helper in _helpers)
        {
            helper.Join();
        }

        _wake.Dispose();
    }

    private void Finish()
    {
        var thrown = Interlocked.Exchange(ref _failure, null);
        _job = null;
        Volatile.Write(ref _busy, 0);
        if (thrown is not null)
        {
            ExceptionDispatchInfo.Throw(thrown);
        }
    }

    private void Help(int worker)
    {
        var spins = 0;
        while (!_stopping)
        {
            if ((uint)Volatile.Read(ref _word) != 0)
            {
                ClaimAll(worker);
                spins = 0;
            }
            else if (++spins < SpinsBeforeSleep)
            {
                Thread.SpinWait(20);
            }
            else
            {
                Interlocked.Increment(ref _sleeping);
                if ((uint)Volatile.Read(ref _word) == 0 && !_stopping)
                {
                    _wake.Wait();
                }

                Interlocked.Decrement(ref _sleeping);
                spins = 0;
            }
        }
    }

    private void ClaimAll(int worker)
    {
        while (true)
        {
            var seen = Volatile.Read(ref _word);
            var unclaimed = (uint)seen;
            if (unclaimed == 0)
            {
                return;
            }

            var body = Volatile.Read(ref _job);
            if (Interlocked.CompareExchange(ref _word, seen - 1, seen) != seen)
            {
                continue;
            }

            try
            {
                body!((int)(unclaimed - 1), worker);
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref _failure, e, null);
            }
            Interlocked.Increment(ref _completed);
        }
    }
}
