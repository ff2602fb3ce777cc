using Archer.Client.Policies;

namespace Archer.Client.Conversations;

/// <summary>Sampling settings that one conversation sets for itself; what is null stays as the agent has it.</summary>
[GenerateSerializer, Immutable, Alias("archer.sampling-overrides")]
public sealed record SamplingOverrides
{
    /// <summary>Temperature in [0, 10]; 0 is greedy.</summary>
    [Id(0)]
    public float? Temperature { get; init; }

    /// <summary>Most likely tokens kept, at least 0; 0 keeps all.</summary>
    [Id(1)]
    public int? TopK { get; init; }

    /// <summary>Share of probability kept, in (0, 1].</summary>
    [Id(2)]
    public float? TopP { get; init; }

    /// <summary>Most tokens of one utterance, in [1, 4096].</summary>
    [Id(3)]
    public int? MaxTokens { get; init; }

    /// <summary>The agent's settings with these in their place.</summary>
    public SamplingSettings ApplyTo(SamplingSettings settings) => settings with
    {
        Temperature = Temperature ?? settings.Temperature,
        TopK = TopK ?? settings.TopK,
        TopP = TopP ?? settings.TopP,
        MaxTokens = MaxTokens ?? settings.MaxTokens,
    };
}
