namespace Archer.Client.Policies;

/// <summary>How the next token is drawn from the policy's distribution.</summary>
[GenerateSerializer, Immutable, Alias("archer.sampling-settings")]
public sealed record SamplingSettings
{
    /// <summary>Divides the logits before the softmax; 0 takes the most likely token (greedy). Default 1, as ArCHer's rollouts.</summary>
    [Id(0)]
    public float Temperature { get; init; } = 1f;

    /// <summary>Keeps the k most likely tokens; 0 keeps all. Default 0.</summary>
    [Id(1)]
    public int TopK { get; init; }

    /// <summary>Keeps the smallest set of tokens whose probability reaches this share, in (0, 1]. Default 1 (all).</summary>
    [Id(2)]
    public float TopP { get; init; } = 1f;

    /// <summary>Most tokens of one utterance, the end-of-turn token included. Default 32 (ArCHer's released code).</summary>
    [Id(3)]
    public int MaxTokens { get; init; } = 32;

    /// <summary>Seed of the utterance's generator; the same seed, version and observation give the same utterance.</summary>
    [Id(4)]
    public ulong Seed { get; init; }
}
