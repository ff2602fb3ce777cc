using System.Collections.Immutable;
using System.Threading.Channels;
using Archer.Client.Policies;

namespace Archer.Policy.Generation;

/// <summary>One utterance to make.</summary>
internal sealed record GenerationRequest
{
    /// <summary>The version that makes all of it.</summary>
    public required IGenerationModel Model { get; init; }

    /// <summary>The observation. Shape [n], n ≥ 1.</summary>
    public required ImmutableArray<int> PromptTokenIds { get; init; }

    public required SamplingSettings Sampling { get; init; }

    /// <summary>Ids that end the utterance and belong to it.</summary>
    public ImmutableArray<int> StopTokens { get; init; } = [];

    public IStopRule? StopRule { get; init; }

    public GenerationMask Mask { get; init; } = GenerationMask.None;

    /// <summary>How many alternatives to report per token.</summary>
    public int Alternatives { get; init; }

    /// <summary>Asks for the critic's value of the observation, when the version has a critic.</summary>
    public bool WantValue { get; init; } = true;

    /// <summary>Receives each token as it is made and is completed when the utterance ends, well or not.</summary>
    public ChannelWriter<GeneratedToken>? Tokens { get; init; }
}
