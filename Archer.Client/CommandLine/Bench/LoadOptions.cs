using System.Collections.Immutable;

namespace Archer.Client.CommandLine.Bench;

/// <summary>The load that is put on a silo.</summary>
internal sealed record LoadOptions
{
    /// <summary>Words of the scripted user; the first opens. Any agent answers them.</summary>
    public static readonly ImmutableArray<string> UsualTexts = ["Let's play.", "No.", "Yes.", "No.", "Invalid question."];

    public required string Agent { get; init; }

    /// <summary>Users at the same time; each waits for an answer before its next request (closed loop).</summary>
    public required int Users { get; init; }

    /// <summary>Messages of a conversation.</summary>
    public required int Turns { get; init; }

    /// <summary>What the user says, over and over.</summary>
    public ImmutableArray<string> Texts { get; init; } = UsualTexts;

    /// <summary>The same load before the measured one; none of it counts. Zero leaves it out.</summary>
    public required TimeSpan WarmUp { get; init; }

    /// <summary>Length of the measured load; null goes by <see cref="Conversations"/>.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Measured conversations; null goes by <see cref="Duration"/>.</summary>
    public long? Conversations { get; init; }

    /// <summary>Policy version that answers; null takes the one that serves.</summary>
    public string? PolicyVersion { get; init; }
}
