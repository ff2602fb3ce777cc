using Archer.Client.Conversations;
using Archer.Replay;

namespace Archer.Grains.Conversations;

/// <summary>
/// An erasure that has begun: written before anything is removed and without a word of the conversation, so that whoever goes on after a crash
/// gives the same answer.
/// </summary>
[GenerateSerializer, Immutable, Alias("archer.pending-erasure")]
internal sealed record PendingErasure
{
    [Id(0)]
    public string Agent { get; init; } = "";

    [Id(1)]
    public bool Simulated { get; init; }

    [Id(2)]
    public ReplaySplit Split { get; init; }

    /// <summary>It was open: the learner will not consume it.</summary>
    [Id(3)]
    public bool WasOpen { get; init; }

    [Id(4)]
    public int Turns { get; init; }

    /// <summary>Replay position with which the episode was whole, so that a learner could take it; null when it never was, as far as is known.</summary>
    [Id(5)]
    public long? WholeAt { get; init; }

    /// <summary>Highest replay position of its rows, as far as is known.</summary>
    [Id(6)]
    public long LastPosition { get; init; }

    /// <summary>Its last rows have arrived, wherever that was: the conversation was no longer on its watch's list.</summary>
    [Id(7)]
    public bool IsDelivered { get; init; }

    /// <summary>Stretch of replay positions whose learners were trained on the conversation; null when none was.</summary>
    public (long First, long Last)? TrainedOn(ReplayErasure removed)
    {
        if (Split == ReplaySplit.HoldOut || WasOpen || Turns == 0)
        {
            return null;
        }

        // Rows that were on their way when the erasure began may have made it whole since. Where exactly is not known: rather a version too many than one too few.
        var whole = WholeAt ?? (IsDelivered || removed.Rows == Turns ? LastPosition + 1 : null);
        return whole is not { } known ? null : ToStretch(Math.Max(known, removed.FirstPosition), removed.LastPosition);
    }

    private (long First, long Last) ToStretch(long first, long lastRemoved)
    {
        var last = Math.Max(LastPosition, lastRemoved);
        return (first, Math.Max(first, last));
    }
}
