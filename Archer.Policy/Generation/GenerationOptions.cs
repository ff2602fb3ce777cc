using System.ComponentModel.DataAnnotations;

namespace Archer.Policy.Generation;

/// <summary>How much the generation engine takes on at once.</summary>
public sealed record GenerationOptions
{
    /// <summary>Most utterances in the making at once; more wait in the queue. Default 64.</summary>
    [Range(1, 4096)]
    public int MaxSequences { get; init; } = 64;

    /// <summary>
    /// Key-value caches of one version. Those that no utterance uses keep the last turn of a conversation, so that its next turn
    /// feeds only what is new. Default 128; at least <see cref="MaxSequences"/>.
    /// </summary>
    [Range(1, 16384)]
    public int CacheSlots { get; init; } = 128;

    /// <summary>Most rows (tokens of all sequences together) of one forward pass; longer prompts are fed over several. Default 256.</summary>
    [Range(1, 65536)]
    public int MaxBatchRows { get; init; } = 256;

    /// <summary>Most requests that wait for a place; further ones are refused with 429. Default 1,024.</summary>
    [Range(0, 1_000_000)]
    public int MaxQueuedRequests { get; init; } = 1024;

    /// <summary>Versions that keep their caches while nobody uses them. Default 2: the one that serves and the one before.</summary>
    [Range(1, 64)]
    public int MaxOpenVersions { get; init; } = 2;

    /// <summary>Reuses the cache of an earlier turn of the same conversation. Default true; false is for measuring what it saves.</summary>
    public bool PrefixCaching { get; init; } = true;
}
