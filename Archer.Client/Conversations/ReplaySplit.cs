namespace Archer.Client.Conversations;

/// <summary>Which part of the data a conversation belongs to, decided once by a hash of its id.</summary>
public enum ReplaySplit
{
    /// <summary>Learned from.</summary>
    Train,

    /// <summary>Kept apart to measure with; never learned from.</summary>
    HoldOut,
}
