using Archer.Client.Policies;

namespace Archer.Policy.Checkpoints;

/// <summary>A policy version that is to be written: everything but its name, which the store gives.</summary>
public sealed record CheckpointDraft
{
    /// <summary>The files, manifest apart.</summary>
    public required IReadOnlyList<CheckpointFile> Files { get; init; }

    /// <summary>Training steps since the base checkpoint.</summary>
    public long Step { get; init; }

    /// <summary>Version that training went on from; null for a base.</summary>
    public string? Parent { get; init; }

    /// <summary>Replay rows that were trained on since the parent; null when there were none.</summary>
    public ReplayRange? TrainedOn { get; init; }

    /// <summary>Measurements, by metric name.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();
}
