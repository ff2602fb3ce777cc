namespace Archer.Policy.Tensors.Cpu;

/// <summary>One step of a backend: the tape, and the life of the tensors made in it.</summary>
internal sealed class CpuStep(CpuBackend owner, bool record) : IDisposable
{
    private readonly List<Action> tape = [];
    private bool ranBackward;

    public bool Ended { get; private set; }

    public bool Recording => record && !ranBackward;

    public void Record(Action backward) => tape.Add(backward);

    /// <summary>Runs the tape from its end.</summary>
    public void RunBackward()
    {
        if (!Recording)
            throw new InvalidOperationException(record ? "The step has run its backward pass already." : "The step does not record.");
        ranBackward = true;
        for (int i = tape.Count - 1; i >= 0; i--)
            tape[i]();
    }

    public void Dispose()
    {
        if (Ended)
            return;
        Ended = true;
        tape.Clear();
        owner.EndStep(this);
    }
}
