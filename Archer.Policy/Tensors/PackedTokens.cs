namespace Archer.Policy.Tensors;

/// <summary>Sequences laid end to end: ids [T], where each begins, and the position of every token in its sequence.</summary>
public sealed class PackedTokens
{
    private readonly int[] _ids;
    private readonly int[] _starts;
    private readonly int[] _positions;

    /// <summary>Packs sequences whose positions count from 0.</summary>
    /// <exception cref="ArgumentException">A sequence is empty.</exception>
    public PackedTokens(IReadOnlyList<IReadOnlyList<int>> sequences)
    {
        _starts = new int[sequences.Count + 1];
        for (var s = 0; s < sequences.Count; s++)
        {
            if (sequences[s].Count == 0)
            {
                throw new ArgumentException($"Sequence {s} is empty.", nameof(sequences));
            }

            _starts[s + 1] = _starts[s] + sequences[s].Count;
        }
        _ids = new int[_starts[^1]];
        _positions = new int[_starts[^1]];
        for (var s = 0; s < sequences.Count; s++)
        {
            for (var i = 0; i < sequences[s].Count; i++)
            {
                _ids[_starts[s] + i] = sequences[s][i];
                _positions[_starts[s] + i] = i;
            }
        }
    }

    /// <summary>T: tokens of all sequences.</summary>
    public int Count => _ids.Length;

    /// <summary>Number of sequences.</summary>
    public int SequenceCount => _starts.Length - 1;

    /// <summary>Token ids [T].</summary>
    public ReadOnlySpan<int> Ids => _ids;

    /// <summary>Row of each sequence's first token, then T.</summary>
    public ReadOnlySpan<int> Starts => _starts;

    /// <summary>Position of each token in its sequence [T].</summary>
    public ReadOnlySpan<int> Positions => _positions;

    /// <summary>Tokens of the longest sequence.</summary>
    public int MaxSequence
    {
        get
        {
            var longest = 0;
            for (var s = 0; s < SequenceCount; s++)
            {
                longest = Math.Max(longest, _starts[s + 1] - _starts[s]);
            }

            return longest;
        }
    }
}
