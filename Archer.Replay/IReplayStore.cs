using System.Collections.Immutable;
using Archer.Client;

namespace Archer.Replay;

/// <summary>
/// The replay buffer: per agent an append-only log of rows that a writer fills and a trainer tails.
/// Rows come back in the order of their positions; superseded, evicted and erased ones are gone from every read.
/// An episode is as old as its newest row; beyond the capacity whole episodes go, oldest first, and their late rows are ignored.
/// </summary>
public interface IReplayStore
{
    /// <summary>Appends rows that are not there yet (by key). Durable when it returns; sending the same rows again changes nothing.</summary>
    /// <exception cref="ReplayException">The store could not write; nothing is known to be appended, send again.</exception>
    ValueTask<ReplayAppendResult> AppendAsync(string agent, IReadOnlyList<ReplayRow> rows, CancellationToken cancellationToken = default);

    /// <summary>Entries with a position greater than <paramref name="after"/>, oldest first, at most <paramref name="maximum"/>; empty at the end.</summary>
    ValueTask<IReadOnlyList<ReplayEntry>> ReadAsync(string agent, long after, int maximum, CancellationToken cancellationToken = default);

    /// <summary>Completes when an entry with a position greater than <paramref name="after"/> exists: a read then finds it.</summary>
    /// <exception cref="ReplayException">The store cannot be reached; wait again.</exception>
    ValueTask WaitAsync(string agent, long after, CancellationToken cancellationToken = default);

    /// <summary>A reader says how far it has read: rows that no reader has seen are kept up to twice the capacity.</summary>
    ValueTask ReportReadAsync(string agent, string reader, long position, CancellationToken cancellationToken = default);

    /// <summary>Rows, episodes and counters of an agent.</summary>
    ValueTask<ReplayStatistics> GetStatisticsAsync(string agent, CancellationToken cancellationToken = default);

    /// <summary>The latest revision of each row of one conversation that is still held, in turn order; while a revision takes a row's place, one of the two.</summary>
    ValueTask<IReadOnlyList<ReplayEntry>> ReadConversationAsync(string agent, string conversation, CancellationToken cancellationToken = default);

    /// <summary>
    /// Removes a conversation for ever and appends a tombstone, so that readers drop it too; later appends of it are ignored.
    /// Erasing it again changes nothing and returns the same; when it returns, the rows' bytes have left a store that is on this machine's disk.
    /// </summary>
    ValueTask<ReplayErasure> EraseAsync(string agent, string conversation, CancellationToken cancellationToken = default);
}

/// <summary>A row with its position, or a tombstone that tells readers to drop a conversation.</summary>
public sealed record ReplayEntry
{
    /// <summary>Place in the agent's log; grows with every entry, never reused.</summary>
    public required long Position { get; init; }

    /// <summary>The row; null on a tombstone.</summary>
    public ReplayRow? Row { get; init; }

    /// <summary>The conversation that was erased; null on a row.</summary>
    public string? ErasedConversation { get; init; }
}

/// <summary>What an append did.</summary>
/// <param name="Added">Rows that were new.</param>
/// <param name="Duplicates">Rows whose key was there already, superseded, or of an erased conversation.</param>
/// <param name="LastPosition">Position of the agent's newest entry.</param>
public readonly record struct ReplayAppendResult(int Added, int Duplicates, long LastPosition)
{
    /// <summary>Position of each row, in the order in which they were given; 0 for a duplicate whose very revision is not held any more.</summary>
    public ImmutableArray<long> Positions { get; init; }
}

/// <summary>What an erasure removed.</summary>
/// <param name="Rows">Rows removed, one for each turn that was held.</param>
/// <param name="FirstPosition">
/// Position of the conversation's first row ever, superseded ones included; also known for a while after its eviction. 0 when it had none.
/// A learner that has read this far may have been trained on it.
/// </param>
/// <param name="LastPosition">Position of the conversation's last row, 0 when it had none.</param>
public readonly record struct ReplayErasure(int Rows, long FirstPosition, long LastPosition);

/// <summary>Counters of one agent's log.</summary>
public sealed record ReplayStatistics
{
    /// <summary>Rows held: one for each turn, its latest revision.</summary>
    public required long Rows { get; init; }

    /// <summary>Conversations with at least one row.</summary>
    public required long Episodes { get; init; }

    /// <summary>Position of the newest entry; 0 when the log is empty.</summary>
    public required long LastPosition { get; init; }

    /// <summary>Rows ever appended.</summary>
    public required long Inserted { get; init; }

    /// <summary>Rows evicted because of the capacity.</summary>
    public required long Evicted { get; init; }
}

/// <summary>The replay store failed or found damage.</summary>
public sealed class ReplayException(string message, Exception? inner = null) : ArcherException(message, inner)
{
    /// <summary>Position of the one entry that is damaged, which a reader may pass over; null when something else failed.</summary>
    public long? DamagedPosition { get; init; }
}
