namespace Archer.Trainer.Learning;

/// <summary>What the critic's heads are trained towards.</summary>
public enum CriticTargetRule
{
    /// <summary>V and Q towards λ-returns of the target critic's V.</summary>
    LambdaReturn,

    /// <summary>Q towards r + γ·V̄(s′), V towards Q̄ of the recorded utterance (ArCHer's TD(0), with the recorded utterance in place of a fresh sample).</summary>
    TemporalDifference,

    /// <summary>
    /// IQL (arXiv 2110.06169): Q towards r + γ·V̄(s′), V towards an upper expectile of Q̄ of the recorded utterances. It asks nothing about utterances that
    /// were never made, so that it learns from logs.
    /// </summary>
    ImplicitQLearning,
}

/// <summary>How the critic learns. The defaults are what learned ten-word Twenty Questions (docs/results).</summary>
public sealed record CriticOptions
{
    /// <summary>Targets. Default: λ-returns.</summary>
    public CriticTargetRule Targets { get; init; } = CriticTargetRule.LambdaReturn;

    /// <summary>λ of the λ-returns, in [0, 1]. Default 0.9.</summary>
    public float Lambda { get; init; } = 0.9f;

    /// <summary>τ of the expectile of implicit Q-learning, in [0, 1]: 0.5 is the mean, 1 the best utterance recorded. Default 0.9 (arXiv 2402.19446, offline).</summary>
    public float Expectile { get; init; } = 0.9f;

    /// <summary>Optimiser steps of an iteration. Default 4.</summary>
    public int StepsPerIteration { get; init; } = 4;

    /// <summary>Episodes of a step, drawn from the replay index. Default 32.</summary>
    public int BatchEpisodes { get; init; } = 32;

    /// <summary>Adam's step size. Default 2e-3.</summary>
    public float LearningRate { get; init; } = 2e-3f;

    /// <summary>τ of the Polyak update after every step. Default 0.05.</summary>
    public float PolyakTau { get; init; } = 0.05f;

    /// <summary>Width of the heads' hidden layer. Default 64.</summary>
    public int HeadSize { get; init; } = 64;

    /// <summary>Deviation of the heads' initial weights. Default 0.08.</summary>
    public float HeadDeviation { get; init; } = 0.08f;

    /// <summary>Largest gradient norm. Default 1.</summary>
    public float ClipNorm { get; init; } = 1f;

    internal IEnumerable<string> Problems() =>
    [
        .. Range.Share(Lambda, "Critic.Lambda"),
        .. Range.Share(Expectile, "Critic.Expectile"),
        .. Range.Share(PolyakTau, "Critic.PolyakTau"),
        .. Range.Positive(StepsPerIteration, "Critic.StepsPerIteration"),
        .. Range.Positive(BatchEpisodes, "Critic.BatchEpisodes"),
        .. Range.Positive(LearningRate, "Critic.LearningRate"),
        .. Range.Positive(HeadSize, "Critic.HeadSize"),
        .. Range.Positive(HeadDeviation, "Critic.HeadDeviation"),
        .. Range.NotNegative(ClipNorm, "Critic.ClipNorm"),
    ];
}
