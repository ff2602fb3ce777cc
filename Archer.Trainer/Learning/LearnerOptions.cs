namespace Archer.Trainer.Learning;

/// <summary>How an agent learns from its conversations. Bound from <c>Archer:Learner</c>; the defaults are the combination that measurably learns.</summary>
public sealed record LearnerOptions
{
    /// <summary>Fresh episodes that begin an iteration. Default 64.</summary>
    public int EpisodesPerIteration { get; init; } = 64;

    /// <summary>Newest episodes that the critic draws from. Default 512.</summary>
    public int ReplayEpisodes { get; init; } = 512;

    /// <summary>γ per turn. Default 0.95 (arXiv 2402.19446, Twenty Questions).</summary>
    public float Discount { get; init; } = 0.95f;

    /// <summary>Rewards are multiplied by it before they are learned from; published values are in the task's units again. Default 0.1.</summary>
    public float RewardScale { get; init; } = 0.1f;

    /// <summary>
    /// Rewards are clipped to this range around 0 where they enter, in the task's units; each is counted. Default 1000: the widest that an agent accepts by
    /// default, and with the default <see cref="RewardScale"/> at most 100 in the critic's units.
    /// </summary>
    public float RewardLimit { get; init; } = 1000f;

    /// <summary>Most rows drawn for each row inserted, over the whole run; the critic takes fewer steps when it would draw more. Default 8.</summary>
    public float SamplesPerInsert { get; init; } = 8f;

    /// <summary>Seed of everything that the learner draws. Default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>The critic's settings.</summary>
    public CriticOptions Critic { get; init; } = new();

    /// <summary>The actor's settings.</summary>
    public ActorOptions Actor { get; init; } = new();

    /// <summary>Checks all settings.</summary>
    /// <exception cref="ArgumentException">At least one is not usable; all problems are listed.</exception>
    public void Validate()
    {
        string[] problems = [.. Problems()];
        if (problems.Length > 0)
        {
            throw new ArgumentException("The learner's options are not usable: " + string.Join("; ", problems) + ".");
        }
    }

    /// <summary>Every problem of the settings, in words.</summary>
    public IEnumerable<string> Problems() =>
    [
        .. Range.Positive(EpisodesPerIteration, "EpisodesPerIteration"),
        .. Range.Positive(ReplayEpisodes, "ReplayEpisodes"),
        .. ReplayEpisodes < EpisodesPerIteration ? [$"ReplayEpisodes is {ReplayEpisodes}, expected at least EpisodesPerIteration, {EpisodesPerIteration}"] : Array.Empty<string>(),
        .. Range.Share(Discount, "Discount"),
        .. Range.Positive(RewardScale, "RewardScale"),
        .. Range.Positive(RewardLimit, "RewardLimit"),
        .. Range.Positive(SamplesPerInsert, "SamplesPerInsert"),
        .. Critic.Problems(),
        .. Actor.Problems(),
    ];
}
