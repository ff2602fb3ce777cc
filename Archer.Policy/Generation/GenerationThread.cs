using System.Collections.Concurrent;
using Archer.Client;

namespace Archer.Policy.Generation;

/// <summary>The engine's own thread: takes requests from any thread, steps while there is work, sleeps when there is none.</summary>
internal sealed partial class GenerationThread : IDisposable
{
    private readonly ConcurrentQueue<Sequence> arrivals = new();
    private readonly ConcurrentQueue<IGenerationModel> drops = new();
    private readonly SemaphoreSlim wake = new(0);
    private readonly GenerationOptions options;
    private readonly TimeProvider time;
    private readonly ILogger<GenerationThread> logger;
    private readonly Thread thread;
    private int unfinished;
    private int asleep;
    private volatile bool stopping;

    public GenerationThread(GenerationOptions options, TimeProvider time, EngineStatistics statistics, ILogger<GenerationThread> logger)
    {
        this.options = options;
        this.time = time;
        this.logger = logger;
        Statistics = statistics;
        thread = new Thread(Run) { IsBackground = true, Name = "generation" };
        thread.Start();
    }

    public EngineStatistics Statistics { get; }

    /// <summary>Requests that wait or are being answered.</summary>
    public int UnfinishedCount => Volatile.Read(ref unfinished);

    /// <summary>Makes one utterance. Cancelling frees its place at the engine's next step.</summary>
    /// <exception cref="ObservationTooLongException">The prompt leaves no room for a token.</exception>
    /// <exception cref="GenerationOverloadedException">Too many requests wait.</exception>
    /// <exception cref="GenerationFailedException">A pass failed, or the engine is stopping.</exception>
    public async Task<GenerationResult> GenerateAsync(GenerationRequest request, CancellationToken cancellationToken)
    {
        using var span = GenerationTracing.Start(request);

        // Whatever refuses the request: who reads its tokens learns that there are none.
        try
        {
            var waiting = Interlocked.Increment(ref unfinished);
            Check(request);
            if (waiting > options.MaxSequences + options.MaxQueuedRequests)
            {
                throw new GenerationOverloadedException(options.MaxQueuedRequests);
            }

            var sequence = new Sequence(request, time.GetTimestamp());
            await using var registration = cancellationToken.UnsafeRegister(static (state, token) => ((Sequence)state!).Cancel(token), sequence);
            Enqueue(sequence);
            var result = await sequence.Completion;
            span.Finished(result);
            return result;
        }
        finally
        {
            request.Tokens?.TryComplete();
            Interlocked.Decrement(ref unfinished);
        }
    }

    /// <summary>Frees a version that no request will name again.</summary>
    public void Drop(IGenerationModel model)
    {
        drops.Enqueue(model);
        Wake();
    }

    /// <summary>Fails what is unfinished and ends the thread.</summary>
    public void Dispose()
    {
        if (!stopping)
        {
            stopping = true;
            Wake();
            thread.Join();
            wake.Dispose();
        }
    }

    private static void Check(GenerationRequest request)
    {
        var length = request.PromptTokenIds.Length;
        ArgumentOutOfRangeException.ThrowIfZero(length, nameof(request));
        if (length >= request.Model.MostPositions)
        {
            throw new ObservationTooLongException(
                $"The prompt has {length} tokens; the model takes at most {request.Model.MostPositions - 1} and one for the reply. "
                + "Start a new conversation.");
        }
    }

    private void Enqueue(Sequence sequence)
    {
        arrivals.Enqueue(sequence);
        Wake();
        if (stopping)
        {
            sequence.Fail(GenerationEngine.Stopped());
        }
    }

    private void Run()
    {
        using var engine = new GenerationEngine(options, time, Statistics);
        while (!stopping)
        {
            try
            {
                Take(engine);
                if (!engine.Step())
                {
                    Sleep();
                }
            }
            catch (Exception exception)
            {
                // The engine's host boundary: a request must not take the server with it.
                LogStepFailed(exception);
                engine.Abort(new GenerationFailedException("The generation engine failed and started afresh; try again.", exception));
            }
        }

        Take(engine);
    }

    private void Take(GenerationEngine engine)
    {
        while (arrivals.TryDequeue(out var sequence))
        {
            engine.Add(sequence);
        }

        while (drops.TryDequeue(out var model))
        {
            engine.Drop(model);
        }
    }

    private void Sleep()
    {
        Interlocked.Exchange(ref asleep, 1);
        var nothing = arrivals.IsEmpty && drops.IsEmpty && !stopping;
        // Whoever set the flag back to 0 in between has released the semaphore: take that up too.
        if (nothing || Interlocked.Exchange(ref asleep, 0) == 0)
        {
            wake.Wait();
        }
    }

    private void Wake()
    {
        if (Interlocked.Exchange(ref asleep, 0) == 1)
        {
            wake.Release();
        }
    }
}
