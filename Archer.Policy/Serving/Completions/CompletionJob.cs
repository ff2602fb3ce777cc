using System.Collections.Immutable;
using Archer.Client.Policies;
using Archer.Policy.Serving.Versions;

namespace Archer.Policy.Serving.Completions;

/// <summary>A request that was found good: what to say, how often, and what the reply is to tell.</summary>
internal sealed record CompletionJob
{
    public required ResidentPolicy Policy { get; init; }

    /// <summary>Shape [n].</summary>
    public required ImmutableArray<int> PromptTokenIds { get; init; }

    public required SamplingRequest Request { get; init; }
}

/// <summary>The part of a request that does not need the policy to be understood.</summary>
internal sealed record SamplingRequest
{
    public required SamplingSettings Sampling { get; init; }

    public required ImmutableArray<string> Stop { get; init; }

    public required int Choices { get; init; }

    public required bool Stream { get; init; }

    public required bool IncludeUsage { get; init; }

    public required bool ReturnTokenIds { get; init; }

    /// <summary>Whether log-probabilities are reported.</summary>
    public required bool LogProbabilities { get; init; }

    /// <summary>How many of the most likely tokens to report at each place.</summary>
    public required int Alternatives { get; init; }
}
