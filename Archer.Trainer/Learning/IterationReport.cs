namespace Archer.Trainer.Learning;

/// <summary>What one iteration of the learner did.</summary>
public sealed record IterationReport
{
    /// <summary>Iterations done, this one included.</summary>
    public required long Step { get; init; }

    /// <summary>Fresh episodes consumed so far.</summary>
    public required long EpisodesConsumed { get; init; }

    /// <summary>Mean undiscounted return of this iteration's fresh episodes.</summary>
    public required double MeanReturn { get; init; }

    /// <summary>Mean of the critic's loss over the iteration's steps; null when the limiter allowed none.</summary>
    public double? CriticLoss { get; init; }

    /// <summary>Mean of the actor's loss over the iteration's steps; null while only the critic learns.</summary>
    public double? ActorLoss { get; init; }

    /// <summary>Mean divergence from the reference policy, nats per token, before the steps.</summary>
    public double? Divergence { get; init; }

    /// <summary>Share of tokens whose ratio was outside the clip range.</summary>
    public double? ClipFraction { get; init; }

    /// <summary>Why the actor took no step; null when it took one.</summary>
    public ActorPause? Pause { get; init; }

    /// <summary>Standard deviation of the fresh advantages, in the task's units; null while only the critic learns.</summary>
    public double? AdvantageDeviation { get; init; }

    /// <summary>Greatest gradient norm of the critic's steps and the actor's, before clipping; 0 without a step.</summary>
    public float GradientNorm { get; init; }

    /// <summary>Rows drawn per row inserted, over the whole run.</summary>
    public required double SamplesPerInsert { get; init; }

    /// <summary>Conversations drawn for this iteration's critic steps, and how often. Default none.</summary>
    public IReadOnlyDictionary<string, int> Replayed { get; init; } = new Dictionary<string, int>();

    /// <summary>Time in the critic's part.</summary>
    public required TimeSpan CriticTime { get; init; }

    /// <summary>Time in the actor's part.</summary>
    public required TimeSpan ActorTime { get; init; }
}
