using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Archer.Tasks.Simulation;

/// <summary>What a number of games amount to.</summary>
public sealed record SimulationSummary
{
    /// <summary>Games played to their end.</summary>
    public required long Episodes { get; init; }

    /// <summary>Games given up because of an error.</summary>
    public required long Failed { get; init; }

    /// <summary>Games that had been played before (a resumed simulation).</summary>
    public required long Skipped { get; init; }

    /// <summary>Mean undiscounted return; 0 without games.</summary>
    public required double MeanReturn { get; init; }

    /// <summary>Half the width of the 95 % confidence interval of the mean, 1.96 standard errors; 0 with fewer than two games.</summary>
    public required double ConfidenceHalfWidth { get; init; }

    /// <summary>Share of games won.</summary>
    public required double WinShare { get; init; }

    /// <summary>What the task reports of the episodes (<see cref="ITask.Measure"/>).</summary>
    public required IReadOnlyDictionary<string, double> Measures { get; init; }

    /// <summary>Sums of <see cref="ITaskEpisode.Counts"/>; empty without episodes.</summary>
    [JsonIgnore]
    public ImmutableArray<long> Counts { get; init; } = [];

    /// <summary>Turns of the games counted in <see cref="Episodes"/>.</summary>
    public required long Turns { get; init; }

    /// <summary>Seconds since the simulation began.</summary>
    public required double Seconds { get; init; }

    /// <summary>Turns per second since then.</summary>
    public required double TurnsPerSecond { get; init; }

    /// <summary>Policy versions that answered, in ordinal order.</summary>
    public required ImmutableArray<string> PolicyVersions { get; init; }
}
