namespace Archer.Policy.Generation;

/// <summary>
/// Makes utterances for many requests at once: <see cref="Step"/> admits waiting requests, then every version with work runs one pass
/// in which each of its sequences reads or says something. Sees token ids only. For one thread; <see cref="GenerationThread"/> owns it.
/// </summary>
internal sealed class GenerationEngine(GenerationOptions options, TimeProvider time, EngineStatistics statistics) : IDisposable
{
    private readonly Dictionary<IGenerationModel, Lane> _lanes = [];
    private readonly LinkedList<Sequence> _waiting = new();
    private long _step;

    public int ActiveCount => _lanes.Values.Sum(lane => lane.ActiveCount);

    public int BusySlots => _lanes.Values.Sum(lane => lane.BusySlots);

    public int WaitingCount => _waiting.Count;

    public int OpenLanes => _lanes.Count;

    public void Add(Sequence sequence) => _waiting.AddLast(sequence);

    /// <summary>One pass of every version that has work; false when there is nothing left to do.</summary>
    public bool Step()
    {
        _step++;
        Admit();
        var worked = false;
        foreach (var lane in _lanes.Values)
        {
            if (lane.ActiveCount > 0)
            {
                lane.Step(_step);
                worked = true;
            }
        }

        return worked || _waiting.Count > 0;
    }

    /// <summary>Frees a version's caches and then the version itself; what it was still saying fails.</summary>
    public void Drop(IGenerationModel model)
    {
        for (var node = _waiting.First; node is not null;)
        {
            var next = node.Next;
            if (node.Value.Request.Model == model)
            {
                _waiting.Remove(node);
                node.Value.Fail(Stopped());
            }

            node = next;
        }

        if (_lanes.Remove(model, out var lane))
        {
            lane.FailAll(Stopped());
            lane.Dispose();
        }

        model.Dispose();
    }

    /// <summary>Fails everything that waits or runs, and frees all caches.</summary>
    public void Abort(GenerationFailedException exception)
    {
        foreach (var sequence in _waiting)
        {
            sequence.Fail(exception);
        }

        _waiting.Clear();
        foreach (var lane in _lanes.Values)
        {
            lane.FailAll(exception);
            lane.Dispose();
        }

        _lanes.Clear();
    }

    public void Dispose() => Abort(Stopped());

    public static GenerationFailedException Stopped() => new("The policy server is stopping; try again later.");

    private void Admit()
    {
        var free = options.MaxSequences - ActiveCount;
        for (var node = _waiting.First; node is not null;)
        {
            var next = node.Next;
            var sequence = node.Value;
            if (sequence.IsAbandoned)
            {
                _waiting.Remove(node);
            }
            else if (free > 0)
            {
                _waiting.Remove(node);
                statistics.AddAdmission(time.GetElapsedTime(sequence.EnqueuedAt));
                free -= Start(sequence) ? 1 : 0;
            }

            node = next;
        }
    }

    private bool Start(Sequence sequence)
    {
        var model = sequence.Request.Model;
        if (!_lanes.TryGetValue(model, out var lane))
        {
            CloseIdleLanes();
            try
            {
                lane = new Lane(model, options, time, statistics);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                sequence.Fail(new GenerationFailedException("The version's caches could not be opened.", exception));
                return false;
            }

            _lanes.Add(model, lane);
        }

        lane.Start(sequence);
        return true;
    }

    /// <summary>Makes room for one more version by closing those that were idle longest.</summary>
    private void CloseIdleLanes()
    {
        var idle = _lanes.Values.Where(lane => lane.ActiveCount == 0).OrderBy(lane => lane.LastStep);
        foreach (var lane in idle.Take(_lanes.Count + 1 - options.MaxOpenVersions).ToArray())
        {
            _lanes.Remove(lane.Model);
            lane.Dispose();
        }
    }
}
