using Archer.Client.Policies;

namespace Archer.Client.Agents;

/// <summary>A named configuration that conversations talk to. Bound from <c>Archer:Agents:{name}</c>.</summary>
[GenerateSerializer, Immutable, Alias("archer.agent-definition")]
public sealed record AgentDefinition
{
    /// <summary>The agent's name: lower-case letters, digits and hyphens, at most 64.</summary>
    [Id(0)]
    public string Name { get; init; } = "";

    /// <summary>Instructions before the first message; empty when the policy needs none. Default empty.</summary>
    [Id(1)]
    public string SystemPrompt { get; init; } = "";

    /// <summary>Directory of the checkpoint that a new agent begins with, relative to the process; it becomes <see cref="InitialVersion"/>. Null: the version is there already.</summary>
    [Id(2)]
    public string? BaseCheckpoint { get; init; }

    /// <summary>Name of the version that a new agent serves. Default v000000.</summary>
    [Id(3)]
    public string InitialVersion { get; init; } = "v000000";

    /// <summary>How utterances are sampled; the seed is derived for each turn from <see cref="Seed"/>.</summary>
    [Id(4)]
    public SamplingSettings Sampling { get; init; } = new();

    /// <summary>Most turns of a conversation; a message after the last one ends it as truncated. Default 64.</summary>
    [Id(5)]
    public int TurnLimit { get; init; } = 64;

    /// <summary>Silence after which a conversation ends as truncated, in seconds. Default 600.</summary>
    [Id(6)]
    public int IdleTimeoutSeconds { get; init; } = 600;

    /// <summary>Share of users, and of conversations without one, kept out of learning, in [0, 1]. Default 0.</summary>
    [Id(7)]
    public double HoldOutShare { get; init; }

    /// <summary>Reward of an utterance for which nobody reported one, in the task's units; from <see cref="MinimumReward"/> to <see cref="MaximumReward"/>. Default 0.</summary>
    [Id(8)]
    public float DefaultReward { get; init; }

    /// <summary>Seed of every utterance, together with the conversation's id and the turn. Default 0.</summary>
    [Id(9)]
    public ulong Seed { get; init; }

    /// <summary>
    /// Simulated conversations wait until a learner has reported, and go on waiting for one that has fallen silent.
    /// Default false: without a learner nothing waits.
    /// </summary>
    [Id(10)]
    public bool ExpectLearner { get; init; }

    /// <summary>Name of the task that simulated users play with the agent. Its rules tell the kinds of utterances apart in the agent's history and give the page its game. Default: none.</summary>
    [Id(11)]
    public string? Task { get; init; }

    /// <summary>Lowest reward that an utterance may have, in the task's units: a lower one is refused. Default -1,000.</summary>
    [Id(12)]
    public float MinimumReward { get; init; } = -1_000;

    /// <summary>Highest reward that an utterance may have, in the task's units: a higher one is refused. Default 1,000.</summary>
    [Id(13)]
    public float MaximumReward { get; init; } = 1_000;
}
