using Archer.Policy.Generation;
using Archer.Policy.Models;
using Archer.Policy.Tensors;
using Archer.Trainer.Episodes;
using Archer.Trainer.Learning;

namespace Archer.Trainer.Tests.Learning;

public sealed class ActorTrainerTests : IDisposable
{
    /// <summary>Half of the vocabulary is never said: far from it a distribution over the rest differs from one over all.</summary>
    private static readonly GenerationMask Mask = GenerationMask.Create(Enumerable.Range(0, 150), SampleEpisodes.Vocabulary, SampleEpisodes.Vocabulary);

    private readonly ITensorBackend _backend = TensorBackends.Cpu();

    [Fact]
    public void Ratio_UnderTheMaskOfGeneration_IsOneAtTheFirstStep()
    {
        var policy = SampleEpisodes.Policy(_backend);
        var batch = Acted(policy);

        using var masked = Trainer(policy, Mask);
        using var unmasked = Trainer(policy, GenerationMask.None);

        Assert.Equal(0f, masked.Step(batch, new float[batch.ObservationCount], 0)!.ClipFraction);
        Assert.Equal(1f, unmasked.Step(batch, new float[batch.ObservationCount], 0)!.ClipFraction);
        policy.Parameters.Dispose();
    }

    [Fact]
    public void MaskedStep_MovesTheActor_AndStaysFinite()
    {
        var policy = SampleEpisodes.Policy(_backend);
        var batch = Acted(policy);
        using var trainer = Trainer(policy, Mask);
        float[] advantages = [.. Enumerable.Range(0, batch.ObservationCount).Select(turn => turn % 2 == 0 ? 1f : -1f)];

        trainer.Step(batch, advantages, 0.05f);
        var second = trainer.Step(batch, advantages, 0.05f)!;

        Assert.True(float.IsFinite(second.Loss));
        Assert.True(second.Divergence > 1e-7f, $"divergence {second.Divergence}");
        Assert.All(trainer.Actor.Parameters, parameter => Assert.All(parameter.Tensor.Values.ToArray(), value => Assert.True(float.IsFinite(value))));
        policy.Parameters.Dispose();
    }

    public void Dispose() => _backend.Dispose();

    private ActorTrainer Trainer(LlamaDecoder policy, GenerationMask mask) =>
        new(_backend, Copy(policy, true), Copy(policy, false), mask, new ActorOptions { ClipRange = 1e-4f });

    private LlamaDecoder Copy(LlamaDecoder policy, bool trainable)
    {
        var copy = new LlamaDecoder(_backend, policy.Config, trainable);
        copy.Parameters.CopyFrom(policy.Parameters);
        return copy;
    }

    /// <summary>Episodes whose recorded log-probabilities are what generation under the mask records, computed in float64 from the plain logits.</summary>
    private EpisodeBatch Acted(LlamaDecoder policy)
    {
        var buffer = new EpisodeBuffer(8);
        foreach (var entry in SampleEpisodes.Log(4, seed: 2, firstId: 150))
        {
            buffer.Take(entry);
        }

        var batch = new EpisodeBatch(buffer.Episodes);
        using var step = _backend.BeginStep(record: false);
        var logits = policy.LogitsAt(policy.Hidden(batch.Tokens), batch.TokenRows);
        for (var i = 0; i < batch.TokenRows.Length; i++)
        {
            var row = logits.Values.Slice(i * SampleEpisodes.Vocabulary, SampleEpisodes.Vocabulary).ToArray();
            Mask.Apply(row);
            batch.RecordedLogProbabilities[i] = (float)(row[batch.TokenTargets[i]] - Math.Log(row.Sum(logit => Math.Exp(logit))));
        }

        return batch;
    }
}
