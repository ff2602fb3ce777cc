using System.Collections.Immutable;
using Archer.Client.Agents;
using Archer.Client.Conversations;

namespace Archer.Client.History;

/// <summary>What happened.</summary>
public enum AgentEventType
{
    /// <summary>The agent's numbers have changed; at most once a second.</summary>
    Metrics,

    /// <summary>A conversation has ended, or a live user has started one.</summary>
    Conversation,

    /// <summary>Another version serves.</summary>
    Version,

    /// <summary>The learner has done an iteration.</summary>
    Learner,

    /// <summary>Events between the one asked for and this are gone: read the history anew and go on from here.</summary>
    Reset,
}

/// <summary>Something that happened to an agent; the member of its type's name is there, the others are null.</summary>
[GenerateSerializer, Immutable, Alias("archer.agent-event")]
public sealed record AgentEvent
{
    /// <summary>Opaque id: sent back as <c>Last-Event-ID</c>, or <c>after</c>, it asks for what came later.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>What happened.</summary>
    [Id(1)]
    public required AgentEventType Type { get; init; }

    /// <summary>The agent's numbers.</summary>
    [Id(2)]
    public AgentMetrics? Metrics { get; init; }

    /// <summary>The conversation that has ended or started.</summary>
    [Id(3)]
    public ConversationSummary? Conversation { get; init; }

    /// <summary>The version that serves now.</summary>
    [Id(4)]
    public ServedVersion? Version { get; init; }

    /// <summary>The learner's iteration.</summary>
    [Id(5)]
    public LearnerPoint? Learner { get; init; }
}

/// <summary>Events in order; empty when none came in time.</summary>
/// <param name="Events">At most 256.</param>
/// <param name="Last">Id to ask for more with.</param>
[GenerateSerializer, Immutable, Alias("archer.agent-event-page")]
public readonly record struct AgentEventPage(
    [property: Id(0)] ImmutableArray<AgentEvent> Events,
    [property: Id(1)] string Last);
