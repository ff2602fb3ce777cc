using Archer.Embedded.Storage;

namespace Archer.Client.Replay;

/// <summary>What memory holds of one entry; the row itself is read from the log.</summary>
internal sealed class IndexedEntry
{
    public required long Position { get; init; }

    public required LogAddress Address { get; set; }

    /// <summary>The row's episode; null on a tombstone.</summary>
    public IndexedEpisode? Episode { get; init; }

    /// <summary>The erased conversation; null on a row.</summary>
    public string? Erased { get; init; }

    /// <summary>What the erasure removed.</summary>
    public ReplayErasure Erasure { get; init; }

    public int Turn { get; init; }

    public int Revision { get; init; }

    /// <summary>The row whose place this one takes once it is visible; null from then on.</summary>
    public IndexedEntry? Supersedes { get; set; }

    /// <summary>Superseded, evicted or erased; still in the ordered list until that is tidied.</summary>
    public bool Gone { get; set; }
}

/// <summary>The rows of one conversation, the latest revision of each turn.</summary>
internal sealed class IndexedEpisode(string conversation, long firstPosition)
{
    public string Conversation { get; } = conversation;

    /// <summary>Position of the first row ever, superseded ones included.</summary>
    public long FirstPosition { get; } = firstPosition;

    public long LastPosition { get; set; }

    public SortedList<int, IndexedEntry> Turns { get; } = [];

    /// <summary>Place in the order of eviction.</summary>
    public LinkedListNode<IndexedEpisode>? Age { get; set; }
}

/// <summary>What is remembered of an evicted conversation: its late rows are ignored, its erasure still knows its positions.</summary>
internal readonly record struct EvictedEpisode(long FirstPosition, long LastPosition);
