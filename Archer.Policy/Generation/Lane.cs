using System.Buffers;

namespace Archer.Policy.Generation;

/// <summary>The sequences and caches of one version: a forward pass never mixes versions.</summary>
internal sealed class Lane : IDisposable
{
    private readonly IGenerationSession _session;
    private readonly KvCacheSlots _slots;
    private readonly Sampler _sampler;
    private readonly BatchPlan _plan;
    private readonly List<Sequence> _active = [];
    private readonly TimeProvider _time;
    private readonly EngineStatistics _statistics;

    public Lane(IGenerationModel model, GenerationOptions options, TimeProvider time, EngineStatistics statistics)
    {
        // One row per sequence always fits, or a decoding sequence could wait for ever.
        var maxRows = Math.Max(options.MaxBatchRows, options.MaxSequences);
        var count = Math.Max(options.CacheSlots, options.MaxSequences);
        Model = model;
        _session = model.Open(count, maxRows);
        _slots = new KvCacheSlots(count, options.PrefixCaching);
        _plan = new BatchPlan(maxRows);
        _sampler = new Sampler(model.VocabularySize);
        _time = time;
        _statistics = statistics;
    }

    public IGenerationModel Model { get; }

    public int ActiveCount => _active.Count;

    public int BusySlots => _slots.BusyCount;

    /// <summary>Number of the engine's last step in which this lane had work.</summary>
    public long LastStep { get; private set; }

    public void Start(Sequence sequence)
    {
        var slot = _slots.Take(sequence.Request.PromptTokenIds.AsSpan(), out var shared);
        sequence.Start(slot, shared);
        _active.Add(sequence);
    }

    /// <summary>Schedule, run, draw: every sequence reads its share of the pass, and those that have read everything say one more token.</summary>
    public void Step(long step)
    {
        LastStep = step;
        Leave(step);
        try
        {
            Decode();
            Evaluate();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            FailAll(new GenerationFailedException("A forward pass failed; the conversation is unchanged and may try again.", exception));
            return;
        }

        Leave(step);
    }

    /// <summary>Ends every sequence with an error; what the caches hold is forgotten.</summary>
    public void FailAll(Exception exception)
    {
        foreach (var sequence in _active)
        {
            sequence.Fail(exception);
            _slots.Return(sequence.Slot!, LastStep);
        }

        _active.Clear();
    }

    public void Dispose() => _session.Dispose();

    private void Decode()
    {
        _plan.FillForDecoder(_active);
        if (_plan.Rows.IsEmpty)
        {
            return;
        }

        var vocabulary = Model.VocabularySize;
        var logits = ArrayPool<float>.Shared.Rent(Math.Max(1, _plan.Outputs.Length * vocabulary));
        try
        {
            var started = _time.GetTimestamp();
            _session.Decode(_plan.Rows, logits.AsSpan(0, _plan.Outputs.Length * vocabulary));
            var decoded = _time.GetTimestamp();
            for (var i = 0; i < _plan.Outputs.Length; i++)
            {
                Draw(_plan.Outputs[i], logits.AsSpan(i * vocabulary, vocabulary));
            }

            _statistics.AddDecode(_plan.Rows.Length, _time.GetElapsedTime(started, decoded), _time.GetElapsedTime(decoded));
        }
        finally
        {
            ArrayPool<float>.Shared.Return(logits);
        }
    }

    private void Draw(Sequence sequence, Span<float> logits)
    {
        try
        {
            sequence.Accept(_sampler, logits);
        }
        catch (GenerationFailedException exception)
        {
            sequence.Fail(exception);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // What one request asks for must not end the others of its batch.
            sequence.Fail(new GenerationFailedException("The next token could not be drawn; the conversation is unchanged and may try again.", exception));
        }
    }

    private void Evaluate()
    {
        _plan.FillForCritic(_active);
        if (_plan.Rows.IsEmpty)
        {
            return;
        }

        var started = _time.GetTimestamp();
        var values = ArrayPool<float>.Shared.Rent(Math.Max(1, _plan.Outputs.Length));
        try
        {
            _session.Evaluate(_plan.Rows, values.AsSpan(0, _plan.Outputs.Length));
            for (var i = 0; i < _plan.Outputs.Length; i++)
            {
                _plan.Outputs[i].SetValue(values[i]);
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(values);
        }

        _statistics.AddCritic(_plan.Rows.Length, _time.GetElapsedTime(started));
    }

    /// <summary>Takes out the sequences that are over and frees their slots.</summary>
    private void Leave(long step)
    {
        for (var i = _active.Count - 1; i >= 0; i--)
        {
            var sequence = _active[i];
            if (!sequence.IsAbandoned && !sequence.IsFinished)
            {
                continue;
            }

            _active.RemoveAt(i);
            sequence.Leave();
            _slots.Return(sequence.Slot!, step);
            if (!sequence.IsAbandoned && sequence.Complete() is { } result)
            {
                _statistics.AddUtterance(sequence.Request.PromptTokenIds.Length, result.CachedTokens, result.Tokens.Length);
            }
        }
    }
}
