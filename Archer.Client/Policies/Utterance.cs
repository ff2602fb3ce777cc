using System.Collections.Immutable;

namespace Archer.Client.Policies;

/// <summary>Why an utterance ended.</summary>
public enum FinishReason
{
    /// <summary>The policy produced its end-of-turn token.</summary>
    Stop,

    /// <summary>The utterance reached its most tokens.</summary>
    Length,
}

/// <summary>What the agent said in one turn, exactly as the policy produced it: the learner trains on these ids, never on the text.</summary>
[GenerateSerializer, Immutable, Alias("archer.utterance")]
public sealed record Utterance
{
    /// <summary>The text, without the end-of-turn token.</summary>
    [Id(0)]
    public required string Text { get; init; }

    /// <summary>Token ids as generated, the end-of-turn token included when it was produced. Shape [n].</summary>
    [Id(1)]
    public required ImmutableArray<int> TokenIds { get; init; }

    /// <summary>Natural logarithm of each token's probability under the distribution that it was drawn from. Shape [n].</summary>
    [Id(2)]
    public required ImmutableArray<float> LogProbabilities { get; init; }

    /// <summary>Name of the policy version that produced every token.</summary>
    [Id(3)]
    public required string PolicyVersion { get; init; }

    /// <summary>Why it ended.</summary>
    [Id(4)]
    public required FinishReason FinishReason { get; init; }

    /// <summary>The critic's value of the observation, min(V1, V2), in units of return; null when the version has no critic.</summary>
    [Id(5)]
    public float? Value { get; init; }

    /// <summary>The settings it was sampled with.</summary>
    [Id(6)]
    public required SamplingSettings Sampling { get; init; }
}
