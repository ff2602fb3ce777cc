using Archer.Trainer.Episodes;

namespace Archer.Trainer.Learning;

/// <summary>Returns and advantages of every observation's utterance in a batch; 0 where none is learned from. Pure.</summary>
/// <param name="Discount">γ per turn.</param>
/// <param name="RewardScale">Rewards are multiplied by it: values of the critic are in scaled units.</param>
public readonly record struct BatchTargets(float Discount, float RewardScale)
{
    private delegate void EpisodeRule(ReadOnlySpan<float> rewards, ReadOnlySpan<float> values, float discount, float lambda, Span<float> output);

    /// <summary>λ-returns, see <see cref="Returns.Lambda"/>.</summary>
    /// <param name="batch">Episodes.</param>
    /// <param name="values">V at every observation: [observations].</param>
    /// <param name="lambda">λ.</param>
    public float[] LambdaReturns(EpisodeBatch batch, ReadOnlySpan<float> values, float lambda) => Apply(Learning.Returns.Lambda, batch, values, lambda);

    /// <summary>Utterance-level advantages, see <see cref="Returns.GeneralizedAdvantages"/>.</summary>
    /// <param name="batch">Episodes.</param>
    /// <param name="values">V at every observation: [observations].</param>
    /// <param name="lambda">λ.</param>
    public float[] Advantages(EpisodeBatch batch, ReadOnlySpan<float> values, float lambda) =>
        Apply(Learning.Returns.GeneralizedAdvantages, batch, values, lambda);

    /// <summary>Discounted returns of what was seen: λ = 1, and nothing after a truncation.</summary>
    /// <param name="batch">Episodes.</param>
    public float[] Returns(EpisodeBatch batch) => Apply(Learning.Returns.Lambda, batch, new float[batch.ObservationCount], 1);

    private float[] Apply(EpisodeRule rule, EpisodeBatch batch, ReadOnlySpan<float> values, float lambda)
    {
        var result = new float[batch.ObservationCount];
        for (var e = 0; e < batch.Episodes.Count; e++)
        {
            var episode = batch.Episodes[e];
            int first = batch.FirstObservations[e], learned = episode.LearnedTurns;
            float[] rewards = new float[learned], known = new float[learned + 1];
            for (var i = 0; i < learned; i++)
            {
                rewards[i] = RewardScale * episode.Turns[i].Reward;
            }

            values.Slice(first, learned).CopyTo(known);
            known[learned] = episode.End == EpisodeEnd.Terminated ? 0 : values[first + learned];
            rule(rewards, known, Discount, lambda, result.AsSpan(first, learned));
        }
        return result;
    }
}
