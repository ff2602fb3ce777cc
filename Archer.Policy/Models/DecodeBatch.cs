namespace Archer.Policy.Models;

/// <summary>
/// The rows of one forward pass: (token, slot, position). Prompts being read and conversations being continued share a pass.
/// Rows of one slot come in ascending position, the first of them right after what the cache holds; side by side they are computed together.
/// </summary>
internal sealed class DecodeBatch
{
    private int[] tokens = new int[64];
    private int[] slots = new int[64];
    private int[] positions = new int[64];
    private int[] outputs = new int[64];

    /// <summary>Rows.</summary>
    public int Count { get; private set; }

    /// <summary>Rows whose result was asked for.</summary>
    public int OutputCount { get; private set; }

    public ReadOnlySpan<int> Tokens => tokens.AsSpan(0, Count);

    public ReadOnlySpan<int> Slots => slots.AsSpan(0, Count);

    public ReadOnlySpan<int> Positions => positions.AsSpan(0, Count);

    /// <summary>Row of each result, ascending.</summary>
    public ReadOnlySpan<int> OutputRows => outputs.AsSpan(0, OutputCount);

    public void Clear() => Count = OutputCount = 0;

    /// <summary>Adds a row; returns the index of its result, or -1 when none was asked for.</summary>
    public int Add(int token, int slot, int position, bool wantsOutput)
    {
        if (Count == tokens.Length)
            Grow();
        (tokens[Count], slots[Count], positions[Count]) = (token, slot, position);
        if (wantsOutput)
            outputs[OutputCount++] = Count;
        Count++;
        return wantsOutput ? OutputCount - 1 : -1;
    }

    private void Grow()
    {
        int size = 2 * tokens.Length;
        Array.Resize(ref tokens, size);
        Array.Resize(ref slots, size);
        Array.Resize(ref positions, size);
        Array.Resize(ref outputs, size);
    }
}
