using Archer.Policy.Generation;
using Archer.Policy.Models;
using Archer.Policy.Tensors;
using Archer.Replay;
using Archer.Trainer.Episodes;
using Archer.Trainer.Learning;

namespace Archer.Trainer.Tests.Learning;

/// <summary>A learner that is fed from one fixed log.</summary>
internal sealed class LearnerRun : IDisposable
{
    private readonly Queue<ReplayEntry> _log = new(SampleEpisodes.Log(200, seed: 11));
    private readonly LlamaDecoder _basePolicy;

    private LearnerRun(ITensorBackend backend, LearnerOptions options)
    {
        _basePolicy = SampleEpisodes.Policy(backend);
        Learner = new Learner(backend, _basePolicy, GenerationMask.None, new EpisodeBuffer(options.ReplayEpisodes), options);
    }

    public Learner Learner { get; }

    public static LearnerRun Start(ITensorBackend backend, LearnerOptions options) => new(backend, options);

    public IterationReport Iterate(int times)
    {
        IterationReport? report = null;
        for (var i = 0; i < times; i++)
        {
            List<Episode> fresh = [];
            while (fresh.Count < Learner.Options.EpisodesPerIteration)
            {
                if (Learner.Buffer.Take(_log.Dequeue()) is { } finished)
                {
                    fresh.Add(finished);
                }
            }
            report = Learner.Iterate(fresh);
        }
        return report!;
    }

    public void FeedThrough(long position)
    {
        while (_log.Peek().Position <= position)
        {
            Learner.Buffer.Take(_log.Dequeue());
        }
    }

    public float[] Weights() =>
        [.. ValuesOf(Learner.Actor.Parameters), .. ValuesOf(Learner.Critic.Parameters), .. ValuesOf(Learner.CriticTrainer.Target.Parameters)];

    public void Dispose()
    {
        Learner.Dispose();
        _basePolicy.Parameters.Dispose();
    }

    private static IEnumerable<float> ValuesOf(ParameterSet parameters) => parameters.SelectMany(parameter => parameter.Tensor.Values.ToArray());
}
