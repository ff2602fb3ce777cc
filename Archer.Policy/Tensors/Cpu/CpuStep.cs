namespace Archer.Policy.Tensors.Cpu;

/// <summary>One step of a backend: the tape, and the life of the tensors made in it.</summary>
internal sealed class CpuStep(CpuBackend owner, bool record) : IDisposable
{
    private readonly List<Action> _tape = [];
    private bool _ranBackward;

    public bool Ended { get; private set; }

    public bool Recording => record && !_ranBackward;

    public void Record(Action backward) => _tape.Add(backward);

    /// <summary>Runs the tape from its end.</summary>
    public void RunBackward()
    {
        if (!Recording)
        {
            throw new InvalidOperationException(record ? "The step has run its backward pass already." : "The step does not record.");
        }

        _ranBackward = true;
        for (var i = _tape.Count - 1; i >= 0; i--)
        {
            _tape[i]();
        }
    }

    public void Dispose()
    {
        if (Ended)
        {
            return;
        }

        Ended = true;
        _tape.Clear();
        owner.EndStep(this);
    }
}
