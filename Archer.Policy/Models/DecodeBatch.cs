namespace Archer.Policy.Models;

/// <summary>
/// The rows of one forward pass: (token, slot, position). Prompts being read and conversations being continued share a pass.
/// Rows of one slot come in ascending position, the first of them right after what the cache holds; side by side they are computed together.
/// </summary>
internal sealed class DecodeBatch
{
    private int[] _tokens = new int[64];
    private int[] _slots = new int[64];
    private int[] _positions = new int[64];
    private int[] _outputs = new int[64];

    /// <summary>Rows.</summary>
    public int Count { get; private set; }

    /// <summary>Rows whose result was asked for.</summary>
    public int OutputCount { get; private set; }

    public ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, Count);

    public ReadOnlySpan<int> Slots => _slots.AsSpan(0, Count);

    public ReadOnlySpan<int> Positions => _positions.AsSpan(0, Count);

    /// <summary>Row of each result, ascending.</summary>
    public ReadOnlySpan<int> OutputRows => _outputs.AsSpan(0, OutputCount);

    public void Clear() => Count = OutputCount = 0;

    /// <summary>Adds a row; returns the index of its result, or -1 when none was asked for.</summary>
    public int Add(int token, int slot, int position, bool wantsOutput)
    {
        if (Count == _tokens.Length)
        {
            Grow();
        }

        (_tokens[Count], _slots[Count], _positions[Count]) = (token, slot, position);
        if (wantsOutput)
        {
            _outputs[OutputCount++] = Count;
        }

        Count++;
        return wantsOutput ? OutputCount - 1 : -1;
    }

    private void Grow()
    {
        var size = 2 * _tokens.Length;
        Array.Resize(ref _tokens, size);
        Array.Resize(ref _slots, size);
        Array.Resize(ref _positions, size);
        Array.Resize(ref _outputs, size);
    }
}
