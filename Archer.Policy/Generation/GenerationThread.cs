using System.Collections.Concurrent;
using Archer.Client;

namespace Archer.Policy.Generation;

/// <summary>The engine's own thread: takes requests from any thread, steps while there is work, sleeps when there is none.</summary>
internal sealed partial class GenerationThread : IDisposable
{
    private readonly ConcurrentQueue<Sequence> _arrivals = new();
    private readonly ConcurrentQueue<IGenerationModel> _drops = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly GenerationOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<GenerationThread> _logger;
    private readonly Thread _thread;
    private int _unfinished;
    private int _asleep;
    private volatile bool _stopping;

    public GenerationThread(GenerationOptions options, TimeProvider time, EngineStatistics statistics, ILogger<GenerationThread> logger)
    {
        _options = options;
        _time = time;
        _logger = logger;
        Statistics = statistics;
        _thread = new Thread(Run) { IsBackground = true, Name = "generation" };
        _thread.Start();
    }

    public EngineStatistics Statistics { get; }

    /// <summary>Requests that wait or are being answered.</summary>
    public int UnfinishedCount => Volatile.Read(ref _unfinished);

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
            var waiting = Interlocked.Increment(ref _unfinished);
            Check(request);
            if (waiting > _options.MaxSequences + _options.MaxQueuedRequests)
            {
                throw new GenerationOverloadedException(_options.MaxQueuedRequests);
            }

            var sequence = new Sequence(request, _time.GetTimestamp());
            await using var registration = cancellationToken.UnsafeRegister(static (state, token) => ((Sequence)state!).Cancel(token), sequence);
            Enqueue(sequence);
            var result = await sequence.Completion;
            span.Finished(result);
            return result;
        }
        finally
        {
            request.Tokens?.TryComplete();
            Interlocked.Decrement(ref _unfinished);
        }
    }

    /// <summary>Frees a version that no request will name again.</summary>
    public void Drop(IGenerationModel model)
    {
        _drops.Enqueue(model);
        Wake();
    }

    /// <summary>Fails what is unfinished and ends the thread.</summary>
    public void Dispose()
    {
        if (!_stopping)
        {
            _stopping = true;
            Wake();
            _thread.Join();
            _wake.Dispose();
        }
    }

    private static void Check(GenerationRequest request)
    {
        var length = request.PromptTokenIds.Length;
        ArgumentOutOfRangeException.ThrowIfZero(length, nameof(request));
        if (length >= request.Model.MaxPositions)
        {
            throw new ObservationTooLongException(
                $"The prompt has {length} tokens; the model takes at most {request.Model.MaxPositions - 1} and one for the reply. "
                + "Start a new conversation.");
        }
    }

    private void Enqueue(Sequence sequence)
    {
        _arrivals.Enqueue(sequence);
        Wake();
        if (_stopping)
        {
            sequence.Fail(GenerationEngine.Stopped());
        }
    }

    private void Run()
    {
        using var engine = new GenerationEngine(_options, _time, Statistics);
        while (!_stopping)
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
        while (_arrivals.TryDequeue(out var sequence))
        {
            engine.Add(sequence);
        }

        while (_drops.TryDequeue(out var model))
        {
            engine.Drop(model);
        }
    }

    private void Sleep()
    {
        Interlocked.Exchange(ref _asleep, 1);
        var nothing = _arrivals.IsEmpty && _drops.IsEmpty && !_stopping;
        // Whoever set the flag back to 0 in between has released the semaphore: take that up too.
        if (nothing || Interlocked.Exchange(ref _asleep, 0) == 0)
        {
            _wake.Wait();
        }
    }

    private void Wake()
    {
        if (Interlocked.Exchange(ref _asleep, 0) == 1)
        {
            _wake.Release();
        }
    }
}
