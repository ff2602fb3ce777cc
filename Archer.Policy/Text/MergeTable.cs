namespace Archer.Policy.Text;

/// <summary>Two neighbouring tokens that become one. Merges are ranked: the first of the list goes before all others.</summary>
/// <param name="Left">Id of the left token.</param>
/// <param name="Right">Id of the right token.</param>
/// <param name="Merged">Id of the token whose bytes are the left's and then the right's.</param>
public readonly record struct BpeMerge(int Left, int Right, int Merged);

/// <summary>Looks merges up by pair: open addressing, because encoding does little else.</summary>
internal sealed class MergeTable
{
    /// <summary>The answer for a pair that does not merge; greater than every real answer.</summary>
    public const long None = long.MaxValue;

    private const ulong Free = ulong.MaxValue;
    private readonly ulong[] _keys;
    private readonly long[] _values;
    private readonly int _shift;

    public MergeTable(IReadOnlyList<BpeMerge> merges)
    {
        var bits = 4;
        while (1 << bits < merges.Count * 2)
        {
            bits++;
        }

        _shift = 64 - bits;
        _keys = new ulong[1 << bits];
        _values = new long[1 << bits];
        Array.Fill(_keys, Free);
        for (var rank = 0; rank < merges.Count; rank++)
        {
            Add(merges[rank], rank);
        }
    }

    /// <summary>Rank in the upper half and merged id in the lower half, so that the smallest answer goes first.</summary>
    public long Find(int left, int right)
    {
        var key = Key(left, right);
        var slot = Slot(key);
        while (true)
        {
            var found = _keys[slot];
            if (found == key)
            {
                return _values[slot];
            }

            if (found == Free)
            {
                return None;
            }

            slot = (slot + 1) & (_keys.Length - 1);
        }
    }

    private void Add(BpeMerge merge, int rank)
    {
        var key = Key(merge.Left, merge.Right);
        var slot = Slot(key);
        while (_keys[slot] != Free)
        {
            if (_keys[slot] == key)
            {
                throw new ArgumentException($"The pair ({merge.Left}, {merge.Right}) is merged twice.");
            }

            slot = (slot + 1) & (_keys.Length - 1);
        }

        _keys[slot] = key;
        _values[slot] = ((long)rank << 32) | (uint)merge.Merged;
    }

    private static ulong Key(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;

    private int Slot(ulong key) => (int)((key * 0x9E3779B97F4A7C15UL) >> _shift);
}
