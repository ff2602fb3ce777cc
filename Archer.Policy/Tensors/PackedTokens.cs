namespace Archer.Policy.Tensors;

/// <summary>Sequences laid end to end: ids [T], where each begins, and the position of every token in its sequence.</summary>
public sealed class PackedTokens
{
    private readonly int[] ids;
    private readonly int[] starts;
    private readonly int[] positions;

    /// <summary>Packs sequences whose positions count from 0.</summary>
    /// <exception cref="ArgumentException">A sequence is empty.</exception>
    public PackedTokens(IReadOnlyList<IReadOnlyList<int>> sequences)
    {
        starts = new int[sequences.Count + 1];
        for (int s = 0; s < sequences.Count; s++)
        {
            if (sequences[s].Count == 0)
                throw new ArgumentException($"Sequence {s} is empty.", nameof(sequences));
            starts[s + 1] = starts[s] + sequences[s].Count;
        }
        ids = new int[starts[^1]];
        positions = new int[starts[^1]];
        for (int s = 0; s < sequences.Count; s++)
            for (int i = 0; i < sequences[s].Count; i++)
            {
                ids[starts[s] + i] = sequences[s][i];
                positions[starts[s] + i] = i;
            }
    }

    /// <summary>T: tokens of all sequences.</summary>
    public int Count => ids.Length;

    /// <summary>Number of sequences.</summary>
    public int SequenceCount => starts.Length - 1;

    /// <summary>Token ids [T].</summary>
    public ReadOnlySpan<int> Ids => ids;

    /// <summary>Row of each sequence's first token, then T.</summary>
    public ReadOnlySpan<int> Starts => starts;

    /// <summary>Position of each token in its sequence [T].</summary>
    public ReadOnlySpan<int> Positions => positions;

    /// <summary>Tokens of the longest sequence.</summary>
    public int LongestSequence
    {
        get
        {
            int longest = 0;
            for (int s = 0; s < SequenceCount; s++)
                longest = Math.Max(longest, starts[s + 1] - starts[s]);
            return longest;
        }
    }
}
