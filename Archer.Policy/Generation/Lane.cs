using System.Buffers;

namespace Archer.Policy.Generation;

/// <summary>The sequences and caches of one version: a forward pass never mixes versions.</summary>
internal sealed class Lane : IDisposable
{
    private readonly IGenerationSession session;
    private readonly SlotTable slots;
    private readonly Sampler sampler;
    private readonly BatchPlan plan;
    private readonly List<Sequence> active = [];
    private readonly TimeProvider time;
    private readonly EngineStatistics statistics;

    public Lane(IGenerationModel model, GenerationOptions options, TimeProvider time, EngineStatistics statistics)
    {
        // One row per sequence always fits, or a decoding sequence could wait for ever.
        var maxRows = Math.Max(options.MaxBatchRows, options.MaxSequences);
        var count = Math.Max(options.CacheSlots, options.MaxSequences);
        Model = model;
        session = model.Open(count, maxRows);
        slots = new SlotTable(count, options.ReusePrefixes);
        plan = new BatchPlan(maxRows);
        sampler = new Sampler(model.VocabularySize);
        this.time = time;
        this.statistics = statistics;
    }

    public IGenerationModel Model { get; }

    public int ActiveCount => active.Count;

    public int BusySlots => slots.BusyCount;

    /// <summary>Number of the engine's last step in which this lane had work.</summary>
    public long LastStep { get; private set; }

    public void Start(Sequence sequence)
    {
        var slot = slots.Take(sequence.Request.PromptTokenIds.AsSpan(), out var shared);
        sequence.Start(slot, shared);
        active.Add(sequence);
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
        foreach (var sequence in active)
        {
            sequence.Fail(exception);
            slots.Return(sequence.Slot!, LastStep);
        }

        active.Clear();
    }

    public void Dispose() => session.Dispose();

    private void Decode()
    {
        plan.FillForDecoder(active);
        if (plan.Rows.IsEmpty)
        {
            return;
        }

        var vocabulary = Model.VocabularySize;
        var logits = ArrayPool<float>.Shared.Rent(Math.Max(1, plan.Outputs.Length * vocabulary));
        try
        {
            var started = time.GetTimestamp();
            session.Decode(plan.Rows, logits.AsSpan(0, plan.Outputs.Length * vocabulary));
            var decoded = time.GetTimestamp();
            for (var i = 0; i < plan.Outputs.Length; i++)
            {
                Draw(plan.Outputs[i], logits.AsSpan(i * vocabulary, vocabulary));
            }

            statistics.AddDecode(plan.Rows.Length, time.GetElapsedTime(started, decoded), time.GetElapsedTime(decoded));
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
            sequence.Accept(sampler, logits);
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
        plan.FillForCritic(active);
        if (plan.Rows.IsEmpty)
        {
            return;
        }

        var started = time.GetTimestamp();
        var values = ArrayPool<float>.Shared.Rent(Math.Max(1, plan.Outputs.Length));
        try
        {
            session.Evaluate(plan.Rows, values.AsSpan(0, plan.Outputs.Length));
            for (var i = 0; i < plan.Outputs.Length; i++)
            {
                plan.Outputs[i].SetValue(values[i]);
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(values);
        }

        statistics.AddCritic(plan.Rows.Length, time.GetElapsedTime(started));
    }

    /// <summary>Takes out the sequences that are over and frees their slots.</summary>
    private void Leave(long step)
    {
        for (var i = active.Count - 1; i >= 0; i--)
        {
            var sequence = active[i];
            if (!sequence.IsAbandoned && !sequence.IsFinished)
            {
                continue;
            }

            active.RemoveAt(i);
            sequence.Leave();
            slots.Return(sequence.Slot!, step);
            if (!sequence.IsAbandoned && sequence.Complete() is { } result)
            {
                statistics.AddUtterance(sequence.Request.PromptTokenIds.Length, result.CachedTokens, result.Tokens.Length);
            }
        }
    }
}
