namespace Archer.Policy.Text;

/// <summary>
/// Remembers the ids of short pieces. Fixed size, one entry a slot, the latest stays; entries are immutable and swapped by reference,
/// so that any number of threads may use it without a lock.
/// </summary>
internal sealed class PieceCache
{
    public const int MaxPiece = 32;
    private const int Slots = 8192;
    private readonly Entry?[] _entries = new Entry?[Slots];

    public bool TryGet(ReadOnlySpan<byte> piece, out int[] ids)
    {
        var entry = Volatile.Read(ref _entries[Slot(piece)]);
        if (entry is not null && piece.SequenceEqual(entry.Piece))
        {
            ids = entry.Ids;
            return true;
        }

        ids = [];
        return false;
    }

    public void Set(ReadOnlySpan<byte> piece, ReadOnlySpan<int> ids) =>
        Volatile.Write(ref _entries[Slot(piece)], new Entry(piece.ToArray(), ids.ToArray()));

    private static int Slot(ReadOnlySpan<byte> piece)
    {
        var hash = 14695981039346656037;
        foreach (var value in piece)
        {
            hash = (hash ^ value) * 1099511628211;
        }

        return (int)((hash ^ (hash >> 32)) & (Slots - 1));
    }

    private sealed record Entry(byte[] Piece, int[] Ids);
}
