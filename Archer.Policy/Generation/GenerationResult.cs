using System.Collections.Immutable;
using Archer.Client.Policies;

namespace Archer.Policy.Generation;

/// <summary>A finished utterance.</summary>
internal sealed record GenerationResult
{
    /// <summary>Shape [n], a stop token included.</summary>
    public required ImmutableArray<GeneratedToken> Tokens { get; init; }

    public required FinishReason FinishReason { get; init; }

    /// <summary>min(V1, V2) of the observation; null without a critic.</summary>
    public required float? Value { get; init; }

    /// <summary>Tokens of the prompt whose cache was still there from an earlier turn.</summary>
    public required int CachedTokens { get; init; }
}
