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
    private readonly Thread[] helpers;
    private readonly SemaphoreSlim wake = new(0);
    private Action<int, int>? job;
    private Exception? failure;
    private long word;
    private uint epoch;
    private int completed;
    private int sleeping;
    private int busy;
    private volatile bool stopping;

    public WorkPool(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Threads = threads;
        helpers = new Thread[threads - 1];
        for (int i = 0; i < helpers.Length; i++)
        {
            int worker = i + 1;
            helpers[i] = new Thread(() => Help(worker)) { IsBackground = true, Name = $"tensor-{worker}" };
            helpers[i].Start();
        }
    }

    public int Threads { get; }

    /// <summary>Runs body(part, worker) for every part below <paramref name="parts"/> and returns when all are done.</summary>
    public void Run(int parts, Action<int, int> body)
    {
        if (helpers.Length == 0 || parts <= 1)
        {
            for (int part = 0; part < parts; part++)
                body(part, 0);
            return;
        }
        if (Interlocked.Exchange(ref busy, 1) != 0)
            throw new InvalidOperationException("The pool already runs a job: give every concurrent caller a pool of its own.");
        job = body;
        completed = 0;
        Interlocked.Exchange(ref word, ((long)++epoch << 32) | (uint)parts);
        int asleep = Volatile.Read(ref sleeping);
        if (asleep > 0)
            wake.Release(asleep);
        ClaimAll(0);
        SpinWait spin = default;
        while (Volatile.Read(ref completed) != parts)
            spin.SpinOnce(-1);
        Finish();
    }

    public void Dispose()
    {
        if (stopping)
            return;
        stopping = true;
        wake.Release(helpers.Length + 1);
        foreach (Thread helper in helpers)
            helper.Join();
        wake.Dispose();
    }

    private void Finish()
    {
        Exception? thrown = Interlocked.Exchange(ref failure, null);
        job = null;
        Volatile.Write(ref busy, 0);
        if (thrown is not null)
            ExceptionDispatchInfo.Throw(thrown);
    }

    private void Help(int worker)
    {
        int spins = 0;
        while (!stopping)
        {
            if ((uint)Volatile.Read(ref word) != 0)
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
                Interlocked.Increment(ref sleeping);
                if ((uint)Volatile.Read(ref word) == 0 && !stopping)
                    wake.Wait();
                Interlocked.Decrement(ref sleeping);
                spins = 0;
            }
        }
    }

    private void ClaimAll(int worker)
    {
        while (true)
        {
            long seen = Volatile.Read(ref word);
            uint unclaimed = (uint)seen;
            if (unclaimed == 0)
                return;
            Action<int, int>? body = Volatile.Read(ref job);
            if (Interlocked.CompareExchange(ref word, seen - 1, seen) != seen)
                continue;
            try
            {
                body!((int)(unclaimed - 1), worker);
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref failure, e, null);
            }
            Interlocked.Increment(ref completed);
        }
    }
}
