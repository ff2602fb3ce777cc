namespace Archer.Trainer;

/// <summary>
/// What a process remembers from one session of training to the next: one that begins again after a failure must not take over from a successor.
/// </summary>
public sealed class TrainerTenure
{
    /// <summary>Epoch that the process held last; null before the first session.</summary>
    public long? Epoch { get; internal set; }

    /// <summary>Knows what was told lately; null before the first session.</summary>
    internal TrainingLog? Log { get; set; }
}
