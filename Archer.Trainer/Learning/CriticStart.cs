using Archer.Client.Randomness;
using Archer.Policy.Models;
using Archer.Policy.Tensors;

namespace Archer.Trainer.Learning;

/// <summary>The critic before its first step.</summary>
internal static class CriticStart
{
    /// <summary>Trunk of the base policy, heads drawn from N(0, HeadDeviation²) so that the twins differ.</summary>
    public static Critic FromPolicy(ITensorBackend backend, LlamaDecoder policy, LearnerOptions options)
    {
        var config = policy.Config with { InitializerRange = options.Critic.HeadDeviation };
        var critic = new Critic(backend, config, options.Critic.HeadSize);
        critic.Initialize(SplitMix64.Derive(options.Seed, 1));
        critic.Parameters.CopyFrom(policy.Parameters);
        return critic;
    }

    /// <summary>A copy whose V and Q are in the task's units: the last layers of the heads are divided by the reward scale.</summary>
    public static Critic InTaskUnits(Critic critic, float rewardScale)
    {
        var copy = critic.CreateTarget();
        foreach (var parameter in copy.Parameters.Where(p => p.Name.Contains(".2.", StringComparison.Ordinal) && p.Name[0] is 'v' or 'q'))
        {
            var values = parameter.Tensor.Values.ToArray();
            for (var i = 0; i < values.Length; i++)
            {
                values[i] /= rewardScale;
            }

            parameter.Tensor.Write(values);
        }
        return copy;
    }
}
