using System.Diagnostics;
using Archer.Client.Randomness;
using Archer.Policy.Generation;
using Archer.Policy.Models;
using Archer.Policy.Tensors;
using Archer.Trainer.Episodes;

namespace Archer.Trainer.Learning;

/// <summary>
/// ArCHer's learner (arXiv 2402.19446): an utterance-level critic learned off-policy from replay is the baseline of a token-level actor.
/// One iteration: take in fresh episodes, several critic steps on the replay index, one pass of the actor over the fresh episodes.
/// Everything is drawn from one seeded generator: the same episodes give the same weights, bit for bit.
/// </summary>
public sealed class Learner : IDisposable
{
    private readonly LearnerOptions _options;
    private readonly BatchTargets _targets;
    private readonly CriticTrainer _critic;
    private readonly ActorTrainer _actor;
    private readonly SampleRateLimiter _limiter;
    private SplitMix64 _random;

    /// <summary>A learner that starts from a base policy: actor and reference are copies of it, the critic's trunk too.</summary>
    /// <param name="backend">Where it computes.</param>
    /// <param name="basePolicy">Copied; the caller keeps it.</param>
    /// <param name="mask">What the policy never says; the same that generation applies.</param>
    /// <param name="buffer">What the critic draws from; whoever feeds it does so between iterations.</param>
    /// <param name="options">Settings.</param>
    /// <exception cref="ArgumentException">The options are not usable.</exception>
    public Learner(ITensorBackend backend, LlamaDecoder basePolicy, GenerationMask mask, EpisodeBuffer buffer, LearnerOptions options)
    {
        options.Validate();
        _options = options;
        _targets = new BatchTargets(options.Discount, options.RewardScale);
        _limiter = new SampleRateLimiter(options.SamplesPerInsert);
        _random = new SplitMix64(SplitMix64.Derive(options.Seed, 0));
        Buffer = buffer;
        _actor = new ActorTrainer(backend, Copy(backend, basePolicy, true), Copy(backend, basePolicy, false), mask, options.Actor);
        _critic = new CriticTrainer(backend, CriticStart.FromPolicy(backend, basePolicy, options), options);
    }

    /// <summary>Settings.</summary>
    public LearnerOptions Options => _options;

    /// <summary>The policy that learns.</summary>
    public LlamaDecoder Actor => _actor.Actor;

    /// <summary>The online critic; its values are in units of scaled rewards.</summary>
    public Critic Critic => _critic.Critic;

    /// <summary>What the critic draws from.</summary>
    public EpisodeBuffer Buffer { get; }

    /// <summary>Iterations done.</summary>
    public long Step { get; private set; }

    /// <summary>Fresh episodes consumed.</summary>
    public long EpisodesConsumed { get; private set; }

    /// <summary>Replay position up to which episodes have been consumed.</summary>
    public long Position { get; private set; }

    /// <summary>The buffer's memory at <see cref="Position"/>; the buffer itself may have been fed further. Null before the first iteration.</summary>
    internal BufferMemory? Memory { get; private set; }

    internal CriticTrainer CriticTrainer => _critic;

    internal ActorTrainer ActorTrainer => _actor;

    /// <summary>One iteration.</summary>
    /// <param name="fresh">Episodes that the buffer has not held before, in the order of <see cref="Episode.InTime"/>; at least one.</param>
    /// <exception cref="ArgumentException">There is no episode.</exception>
    /// <exception cref="LearningFailedException">A loss, an advantage or a gradient is not finite. The learner is between two states: restore it.</exception>
    public IterationReport Iterate(IReadOnlyList<Episode> fresh)
    {
        if (fresh.Count == 0)
        {
            throw new ArgumentException("An iteration takes at least one fresh episode.", nameof(fresh));
        }

        _limiter.Insert(fresh.Where(episode => episode.Defect is null).Sum(episode => episode.Turns.Length));
        EpisodesConsumed += fresh.Count;
        Position = Buffer.Position;
        Memory = Buffer.Remember();
        var start = Stopwatch.GetTimestamp();
        var replayed = new Dictionary<string, int>();
        var critics = StepCritic(replayed);
        var middle = Stopwatch.GetTimestamp();
        var pass = Step < _options.Actor.WarmupIterations ? new ActorPass([], ActorPause.Warmup) : StepActor(fresh);
        Step++;
        return Report(fresh, critics, pass) with
        {
            Replayed = replayed,
            CriticTime = Stopwatch.GetElapsedTime(start, middle),
            ActorTime = Stopwatch.GetElapsedTime(middle),
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _actor.Dispose();
        _critic.Dispose();
    }

    internal LearnerProgress Progress(string? publishedVersion) => new()
    {
        Step = Step,
        EpisodesConsumed = EpisodesConsumed,
        RandomState = _random.State,
        ActorSteps = _actor.Optimizer.Steps,
        CriticSteps = _critic.Optimizer.Steps,
        RowsInserted = _limiter.Inserted,
        RowsSampled = _limiter.Sampled,
        Position = Position,
        PublishedVersion = publishedVersion,
    };

    internal void Restore(LearnerProgress progress, BufferMemory? memory)
    {
        Memory = memory;
        (Step, EpisodesConsumed, Position) = (progress.Step, progress.EpisodesConsumed, progress.Position);
        _random = new SplitMix64(progress.RandomState);
        _limiter.Restore(progress.RowsInserted, progress.RowsSampled);
        _actor.Optimizer.RestoreSteps(progress.ActorSteps);
        _critic.Optimizer.RestoreSteps(progress.CriticSteps);
    }

    private IterationReport Report(IReadOnlyList<Episode> fresh, List<CriticStep> critics, ActorPass pass)
    {
        var steps = pass.Steps;
        return new IterationReport
        {
            Step = Step,
            EpisodesConsumed = EpisodesConsumed,
            MeanReturn = fresh.Average(episode => episode.Return),
            CriticLoss = critics.Count == 0 ? null : critics.Sum(step => (double)step.Loss) / critics.Count,
            ActorLoss = steps.Count == 0 ? null : steps.Average(step => step.Loss),
            Divergence = steps.Count == 0 ? null : steps.Average(step => step.Divergence),
            ClipFraction = steps.Count == 0 ? null : steps.Average(step => step.ClipFraction),
            Pause = pass.Pause,
            AdvantageDeviation = pass.AdvantageDeviation,
            GradientNorm = critics.Select(step => step.GradientNorm).Concat(steps.Select(step => step.GradientNorm)).DefaultIfEmpty().Max(),
            SamplesPerInsert = _limiter.Ratio,
            CriticTime = TimeSpan.Zero,
            ActorTime = TimeSpan.Zero,
        };
    }

    private List<CriticStep> StepCritic(Dictionary<string, int> replayed)
    {
        List<CriticStep> steps = [];
        while (steps.Count < _options.Critic.StepsPerIteration)
        {
            IReadOnlyList<Episode> sample = [.. Buffer.Sample(_options.Critic.BatchEpisodes, ref _random).Where(episode => episode.LearnedTurns > 0)];
            if (sample.Count == 0 || !_limiter.TrySample(sample.Sum(episode => episode.Turns.Length)))
            {
                break;
            }

            steps.Add(On(sample, () => _critic.Step(new EpisodeBatch(sample))));
            foreach (var episode in sample)
            {
                replayed[episode.Conversation] = replayed.GetValueOrDefault(episode.Conversation) + 1;
            }
        }
        return steps;
    }

    private ActorPass StepActor(IReadOnlyList<Episode> fresh)
    {
        var batches = Divide(fresh);
        if (batches.All(batch => batch.TokenRows.Length == 0))
        {
            return new ActorPass([], ActorPause.NoTokens);
        }

        float[][] advantages = [.. batches.Select(batch => On(batch.Episodes, () => Advantages(batch)))];
        float[] learned = [.. batches.SelectMany((batch, b) => Learned(batch).Select(turn => advantages[b][turn]))];
        var deviation = AdvantageScale.Deviation(learned) / _options.RewardScale;
        if (deviation < _options.Actor.AdvantageFloor || RewardSignal.Deviation(Buffer.Episodes, _options.Discount) < _options.Actor.AdvantageFloor)
        {
            return new ActorPass([], ActorPause.NoSignal) { AdvantageDeviation = deviation };
        }

        if (_options.Actor.NormalizeAdvantages)
        {
            Normalize(batches, advantages, learned);
        }

        float divergenceWeight = _options.Actor.KlCoefficient(EpisodesConsumed), stepSize = _options.Actor.StepSize(EpisodesConsumed);
        List<ActorStep> steps = [];
        for (var epoch = 0; epoch < _options.Actor.Epochs; epoch++)
        {
            for (var i = 0; i < batches.Length; i++)
            {
                if (On(batches[i].Episodes, () => _actor.Step(batches[i], advantages[i], divergenceWeight, stepSize)) is { } step)
                {
                    steps.Add(step);
                }
            }
        }
        return new ActorPass(steps, null) { AdvantageDeviation = deviation };
    }

    /// <summary>Whatever a batch makes fail names its conversations, so that they can be set aside.</summary>
    private static T On<T>(IReadOnlyList<Episode> episodes, Func<T> step)
    {
        try
        {
            return step();
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            throw new LearningFailedException(
                $"A step failed on {episodes.Count} conversations: {failure.Message}", [.. episodes.Select(episode => episode.Conversation)], failure);
        }
    }

    private EpisodeBatch[] Divide(IReadOnlyList<Episode> fresh)
    {
        Episode[] shuffled = [.. fresh.Where(episode => episode.LearnedTurns > 0)];
        var anySampling = _options.Actor.Objective == ActorObjective.AdvantageWeighted;
        for (var i = shuffled.Length - 1; i > 0; i--)
        {
            var other = _random.NextInt(i + 1);
            (shuffled[i], shuffled[other]) = (shuffled[other], shuffled[i]);
        }
        var size = (shuffled.Length + _options.Actor.Minibatches - 1) / _options.Actor.Minibatches;
        return size == 0 ? [] : [.. shuffled.Chunk(size).Select(part => new EpisodeBatch(part, anySampling))];
    }

    private float[] Advantages(EpisodeBatch batch)
    {
        if (_options.Actor.Advantage == AdvantageRule.Return)
        {
            return _targets.Returns(batch);
        }

        (var values, var actionValues) = _critic.Minima(batch);
        foreach (var value in values)
        {
            Finite.Require(value, "A value of the critic");
        }

        if (_options.Actor.Advantage == AdvantageRule.Generalized)
        {
            return _targets.Advantages(batch, values, _options.Actor.AdvantageLambda);
        }

        for (var i = 0; i < values.Length; i++)
        {
            actionValues[i] -= values[i];
        }

        return actionValues;
    }

    private void Normalize(EpisodeBatch[] batches, float[][] advantages, float[] learned)
    {
        AdvantageScale.Normalize(learned, _options.Actor.AdvantageFloor * _options.RewardScale);
        var next = 0;
        for (var b = 0; b < batches.Length; b++)
        {
            foreach (var turn in Learned(batches[b]))
            {
                advantages[b][turn] = learned[next++];
            }
        }
    }

    private static int[] Learned(EpisodeBatch batch) => [.. Enumerable.Range(0, batch.ObservationCount).Where(turn => batch.Weights[turn] > 0)];

    private static LlamaDecoder Copy(ITensorBackend backend, LlamaDecoder policy, bool trainable)
    {
        var copy = new LlamaDecoder(backend, policy.Config, trainable);
        copy.Parameters.CopyFrom(policy.Parameters);
        return copy;
    }

    /// <summary>What the actor did in an iteration.</summary>
    private sealed record ActorPass(List<ActorStep> Steps, ActorPause? Pause)
    {
        public double? AdvantageDeviation { get; init; }
    }
}
