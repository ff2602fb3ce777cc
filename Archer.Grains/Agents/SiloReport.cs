using System.Collections.Immutable;

namespace Archer.Grains.Agents;

/// <summary>What one silo tells an agent a few times a second, instead of a call for every turn, start and end.</summary>
[GenerateSerializer, Immutable, Alias("archer.silo-report")]
public sealed record SiloReport
{
    /// <summary>Names the silo's process.</summary>
    [Id(0)]
    public required string Silo { get; init; }

    /// <summary>Where changes of what serves are told.</summary>
    [Id(1)]
    public required IServingObserver Observer { get; init; }

    /// <summary>Number of the report: what was counted under a number is not counted again.</summary>
    [Id(2)]
    public required long Number { get; init; }

    /// <summary>Turns committed since the report before.</summary>
    [Id(3)]
    public int Turns { get; init; }

    /// <summary>Training conversations that started, and those that were given back, in order.</summary>
    [Id(4)]
    public ImmutableArray<AdmissionChange> Admissions { get; init; } = [];

    /// <summary>Conversations that ended.</summary>
    [Id(5)]
    public ImmutableArray<EpisodeSummary> Episodes { get; init; } = [];

    /// <summary>Permits for simulated starts that the silo has left; null while it asks for more, so that nobody knows.</summary>
    [Id(6)]
    public int? Permits { get; init; }

    /// <summary>Number of the silo's last request for permits: what an earlier report says of them is out of date.</summary>
    [Id(7)]
    public long PermitRequest { get; init; }
}

/// <summary>A training conversation started, or will give the learner nothing.</summary>
/// <param name="Request">The conversation.</param>
/// <param name="IsRelease">It was given back.</param>
[GenerateSerializer, Immutable, Alias("archer.admission-change")]
public readonly record struct AdmissionChange(
    [property: Id(0)] AdmissionRequest Request,
    [property: Id(1)] bool IsRelease);

/// <summary>A silo asks for permits to start simulated conversations.</summary>
[GenerateSerializer, Immutable, Alias("archer.permit-request")]
public sealed record PermitRequest
{
    /// <summary>Names the silo's process.</summary>
    [Id(0)]
    public required string Silo { get; init; }

    /// <summary>Number of the request in its silo, from 1.</summary>
    [Id(3)]
    public required long Number { get; init; }

    /// <summary>Most permits to give; at least 1.</summary>
    [Id(1)]
    public required int Permits { get; init; }

    /// <summary>Starts that wait in the silo.</summary>
    [Id(2)]
    public required int Waiting { get; init; }
}

/// <summary>Permits to start simulated conversations, with what serves: a start that waited for the learner must not meet an older version.</summary>
[GenerateSerializer, Immutable, Alias("archer.permit-grant")]
public sealed record PermitGrant
{
    /// <summary>Number of permits; 0 when the learner did not catch up in time.</summary>
    [Id(0)]
    public required int Permits { get; init; }

    /// <summary>Training conversations started and not yet consumed.</summary>
    [Id(1)]
    public required long Lag { get; init; }

    /// <summary>What serves.</summary>
    [Id(2)]
    public required AgentServing Serving { get; init; }
}
