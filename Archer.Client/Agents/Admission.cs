namespace Archer.Client.Agents;

/// <summary>A conversation asks its agent whether it may start.</summary>
[GenerateSerializer, Immutable, Alias("archer.admission-request")]
public sealed record AdmissionRequest
{
    /// <summary>The conversation's id.</summary>
    [Id(0)]
    public required string Conversation { get; init; }

    /// <summary>It waits for the learner.</summary>
    [Id(1)]
    public required bool Simulated { get; init; }

    /// <summary>The learner will consume it.</summary>
    [Id(2)]
    public required bool Train { get; init; }
}

/// <summary>Which version answers a conversation's next turn.</summary>
[GenerateSerializer, Immutable, Alias("archer.serving-decision")]
public readonly record struct ServingDecision(
    [property: Id(0)] string Version);
