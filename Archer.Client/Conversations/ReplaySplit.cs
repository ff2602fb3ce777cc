namespace Archer.Client.Conversations;

/// <summary>
/// Which part of the data a conversation belongs to, decided once: by a hash of tenant and user, so that all of a user's conversations are in one part,
/// and by a hash of its id when it has no user or a simulated one.
/// </summary>
public enum ReplaySplit
{
    /// <summary>Learned from.</summary>
    Train,

    /// <summary>Kept apart to measure with; never learned from.</summary>
    HoldOut,
}
