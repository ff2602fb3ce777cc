using Archer.Client.Agents;
using Archer.Client.Conversations;

namespace Archer.Grains.Agents;

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

    /// <summary>Train or hold-out; null lets the agent decide.</summary>
    [Id(2)]
    public ReplaySplit? Split { get; init; }

    /// <summary>Of one that is given back: replay position with which it could be learned from; null when it never could.</summary>
    [Id(3)]
    public long? WholeAt { get; init; }
}

/// <summary>A conversation may start.</summary>
[GenerateSerializer, Immutable, Alias("archer.admission")]
public sealed record Admission
{
    /// <summary>The agent's configuration.</summary>
    [Id(0)]
    public required AgentDefinition Definition { get; init; }

    /// <summary>Train or hold-out.</summary>
    [Id(1)]
    public required ReplaySplit Split { get; init; }
}
