namespace Archer.Trainer.Learning;

/// <summary>The gain that a recorded token is pushed with.</summary>
public enum ActorObjective
{
    /// <summary>Ratio clip on the recorded log-probabilities.</summary>
    PpoClip,

    /// <summary>REINFORCE.</summary>
    Reinforce,

    /// <summary>AWR: imitation of the recorded utterances, weighted by exp(β·A). Needs no recorded log-probabilities: also for utterances sampled otherwise.</summary>
    AdvantageWeighted,
}

/// <summary>How good an utterance was.</summary>
public enum AdvantageRule
{
    /// <summary>Utterance-level generalised advantage on min(V1, V2).</summary>
    Generalized,

    /// <summary>min(Q1, Q2) − min(V1, V2), ArCHer's.</summary>
    ActionValue,

    /// <summary>The discounted return that followed, without a critic. With normalised advantages its baseline is the iteration's mean: the rival that a critic has to beat.</summary>
    Return,
}

/// <summary>How the actor learns. The defaults are what learned ten-word Twenty Questions (docs/results).</summary>
public sealed record ActorOptions
{
    /// <summary>Objective. Default: ratio clip.</summary>
    public ActorObjective Objective { get; init; } = ActorObjective.PpoClip;

    /// <summary>Advantage. Default: generalised.</summary>
    public AdvantageRule Advantage { get; init; } = AdvantageRule.Generalized;

    /// <summary>λ of the generalised advantage, in [0, 1]. Default 0.95.</summary>
    public float AdvantageLambda { get; init; } = 0.95f;

    /// <summary>Brings the advantages of an iteration to mean 0 and deviation 1. Default true.</summary>
    public bool NormalizeAdvantages { get; init; } = true;

    /// <summary>
    /// Least standard deviation of an iteration's advantages, and of the returns of the episodes held, in the task's units. Below it the actor takes no step:
    /// the differences are the critic's noise, and normalised they would be a full-size step in no direction. Must be less than the rewards that matter.
    /// Default 0.05: with the default reward scale a settled critic alone makes advantages deviate by 0.06 to 0.09, rewards of 0 or 1 at random by 0.5.
    /// </summary>
    public float AdvantageFloor { get; init; } = 0.05f;

    /// <summary>ε of the ratio clip. Default 0.2.</summary>
    public float ClipRange { get; init; } = 0.2f;

    /// <summary>β of the advantage-weighted objective: greater than 0, 1 over the advantages' unit. Default 1 (arXiv 2402.19446, offline).</summary>
    public float InverseTemperature { get; init; } = 1f;

    /// <summary>Parts that an iteration's fresh episodes are divided into, one optimiser step each. Default 2.</summary>
    public int Minibatches { get; init; } = 2;

    /// <summary>Times that an iteration goes over its fresh episodes. Default 1.</summary>
    public int Epochs { get; init; } = 1;

    /// <summary>Adam's step size at the start. Default 1e-3.</summary>
    public float LearningRate { get; init; } = 1e-3f;

    /// <summary>
    /// Share of that step size that is left after <see cref="LearningRateEpisodes"/>; it falls in a straight line. Default 0.3: with 1e-3 for ever
    /// a run lost its play after 53,000 conversations and found it again 3,000 later (docs/results/learning.md).
    /// </summary>
    public float LearningRateLeft { get; init; } = 0.3f;

    /// <summary>Episodes over which the step size falls. Default 16,384.</summary>
    public int LearningRateEpisodes { get; init; } = 16_384;

    /// <summary>Weight of the divergence from the reference policy at the start, per nat. Default 0.05.</summary>
    public float DivergenceStart { get; init; } = 0.05f;

    /// <summary>
    /// That weight after <see cref="DivergenceEpisodes"/>; between them it falls in a straight line. Default 0.02: with 0.005 some runs drifted into
    /// invalid text after 4,000 episodes (docs/results).
    /// </summary>
    public float DivergenceEnd { get; init; } = 0.02f;

    /// <summary>Episodes over which that weight falls. Default 4,096.</summary>
    public int DivergenceEpisodes { get; init; } = 4096;

    /// <summary>Iterations at the start in which only the critic learns. Default 0.</summary>
    public int WarmupIterations { get; init; }

    /// <summary>Largest gradient norm, apart from the critic's. Default 1.</summary>
    public float ClipNorm { get; init; } = 1f;

    /// <summary>Weight of the divergence after so many consumed episodes.</summary>
    public float KlCoefficient(long episodes) => Between(DivergenceStart, DivergenceEnd, (float)episodes / DivergenceEpisodes);

    /// <summary>Step size after so many consumed episodes.</summary>
    public float StepSize(long episodes) => LearningRate * Between(1, LearningRateLeft, (float)episodes / LearningRateEpisodes);

    private static float Between(float start, float end, float share) => start + (end - start) * Math.Min(1f, share);

    internal IEnumerable<string> Problems() =>
    [
        .. Range.Share(AdvantageLambda, "Actor.AdvantageLambda"),
        .. Range.NotNegative(AdvantageFloor, "Actor.AdvantageFloor"),
        .. Range.Positive(ClipRange, "Actor.ClipRange"),
        .. Range.Positive(InverseTemperature, "Actor.InverseTemperature"),
        .. Range.Positive(Minibatches, "Actor.Minibatches"),
        .. Range.Positive(Epochs, "Actor.Epochs"),
        .. Range.Positive(LearningRate, "Actor.LearningRate"),
        .. Range.Share(LearningRateLeft, "Actor.LearningRateLeft"),
        .. Range.Positive(LearningRateEpisodes, "Actor.LearningRateEpisodes"),
        .. Range.NotNegative(DivergenceStart, "Actor.DivergenceStart"),
        .. Range.NotNegative(DivergenceEnd, "Actor.DivergenceEnd"),
        .. Range.Positive(DivergenceEpisodes, "Actor.DivergenceEpisodes"),
        .. Range.NotNegative(WarmupIterations, "Actor.WarmupIterations"),
        .. Range.NotNegative(ClipNorm, "Actor.ClipNorm"),
    ];
}
