namespace Archer.Client.Agents;

/// <summary>An agent has left the version that served by itself, because its files are damaged or gone.</summary>
[GenerateSerializer, Immutable, Alias("archer.version-fallback")]
public sealed record VersionFallback
{
    /// <summary>Version that was to serve.</summary>
    [Id(0)]
    public required string From { get; init; }

    /// <summary>Why it could not: file, place, expected and found.</summary>
    [Id(1)]
    public required string Reason { get; init; }

    /// <summary>When it was left.</summary>
    [Id(2)]
    public required DateTimeOffset At { get; init; }
}
