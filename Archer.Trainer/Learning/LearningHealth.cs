using Archer.Trainer.Episodes;

namespace Archer.Trainer.Learning;

/// <summary>What can be known about whether an agent can learn at all; pure.</summary>
public sealed record LearningHealth
{
    /// <summary>Share of utterances cut off by the token limit from which learning is hopeless: most replies have no end.</summary>
    public const double MaxCutOffShare = 0.5;

    /// <summary>Share of the greatest possible entropy from which a policy speaks almost at random. Language models stay below a half.</summary>
    public const double MaxEntropyShare = 0.9;

    /// <summary>Episodes held.</summary>
    public required int Held { get; init; }

    /// <summary>Standard deviation of the returns over the episodes held, see <see cref="RewardSignal"/>.</summary>
    public required double ReturnDeviation { get; init; }

    /// <summary>Share of the fresh utterances that the token limit cut off.</summary>
    public required double CutOffShare { get; init; }

    /// <summary>
    /// Mean surprise −log p of the fresh tokens over the logarithm of the number of tokens that may be said: an estimate of the policy's entropy as a share of
    /// a uniform choice. Null without a sound episode at temperature 1.
    /// </summary>
    public required double? EntropyShare { get; init; }

    /// <summary>Looks at an iteration's fresh episodes, and at those held.</summary>
    /// <param name="fresh">Fresh episodes.</param>
    /// <param name="held">Episodes held.</param>
    /// <param name="discount">γ per turn.</param>
    /// <param name="tokens">Tokens that the policy may say.</param>
    public static LearningHealth Of(IReadOnlyList<Episode> fresh, IReadOnlyList<Episode> held, float discount, int tokens)
    {
        Episode[] sound = [.. fresh.Where(episode => episode.Defect is null)];
        float[] acted = [.. sound.Where(episode => episode.OtherSampling is null).SelectMany(episode => episode.LogProbabilities)];
        var turns = sound.Sum(episode => episode.Turns.Length);
        return new LearningHealth
        {
            Held = held.Count,
            ReturnDeviation = RewardSignal.Deviation(held, discount),
            CutOffShare = turns == 0 ? 0 : (double)sound.Sum(episode => episode.CutOffTurns) / turns,
            EntropyShare = acted.Length == 0 || tokens < 2 ? null : -acted.Average(value => (double)value) / Math.Log(tokens),
        };
    }
}
