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
    private readonly LearnerOptions options;
    private readonly BatchTargets targets;
    private readonly CriticTrainer critic;
    private readonly ActorTrainer actor;
    private readonly SampleRateLimiter limiter;
    private SplitMix64 random;

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
        this.options = options;
        targets = new BatchTargets(options.Discount, options.RewardScale);
        limiter = new SampleRateLimiter(options.SamplesPerInsert);
        random = new SplitMix64(SplitMix64.Derive(options.Seed, 0));
        Buffer = buffer;
        actor = new ActorTrainer(backend, Copy(backend, basePolicy, true), Copy(backend, basePolicy, false), mask, options.Actor);
        critic = new CriticTrainer(backend, CriticStart.FromPolicy(backend, basePolicy, options), options);
    }

    /// <summary>Settings.</summary>
    public LearnerOptions Options => options;

    /// <summary>The policy that learns.</summary>
    public LlamaDecoder Actor => actor.Actor;

    /// <summary>The online critic; its values are in units of scaled rewards.</summary>
    public Critic Critic => critic.Critic;

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

    internal CriticTrainer CriticTrainer => critic;

    internal ActorTrainer ActorTrainer => actor;

    /// <summary>One iteration.</summary>
    /// <param name="fresh">Episodes that the buffer has not held before, in the order of <see cref="Episode.InTime"/>; at least one.</param>
    /// <exception cref="ArgumentException">There is no episode.</exception>
    /// <exception cref="ArithmeticException">A gradient is not finite.</exception>
    public IterationReport Iterate(IReadOnlyList<Episode> fresh)
    {
        if (fresh.Count == 0)
            throw new ArgumentException("An iteration takes at least one fresh episode.", nameof(fresh));
        limiter.Insert(fresh.Sum(episode => episode.Turns.Length));
        EpisodesConsumed += fresh.Count;
        Position = Buffer.Position;
        Memory = Buffer.Remember();
        long start = Stopwatch.GetTimestamp();
        var replayed = new Dictionary<string, int>();
        double? criticLoss = StepCritic(replayed);
        long middle = Stopwatch.GetTimestamp();
        List<ActorStep> steps = Step < options.Actor.WarmupIterations ? [] : StepActor(fresh);
        Step++;
        return new IterationReport
        {
            Step = Step,
            EpisodesConsumed = EpisodesConsumed,
            MeanReturn = fresh.Average(episode => episode.Return),
            CriticLoss = criticLoss,
            ActorLoss = steps.Count == 0 ? null : steps.Average(step => step.Loss),
            Divergence = steps.Count == 0 ? null : steps.Average(step => step.Divergence),
            ClippedShare = steps.Count == 0 ? null : steps.Average(step => step.ClippedShare),
            SamplesPerInsert = limiter.Ratio,
            Replayed = replayed,
            CriticTime = Stopwatch.GetElapsedTime(start, middle),
            ActorTime = Stopwatch.GetElapsedTime(middle),
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        actor.Dispose();
        critic.Dispose();
    }

    internal LearnerProgress Progress(string? publishedVersion) => new()
    {
        Step = Step,
        EpisodesConsumed = EpisodesConsumed,
        RandomState = random.State,
        ActorSteps = actor.Optimizer.Steps,
        CriticSteps = critic.Optimizer.Steps,
        RowsInserted = limiter.Inserted,
        RowsSampled = limiter.Sampled,
        Position = Position,
        PublishedVersion = publishedVersion,
    };

    internal void Restore(LearnerProgress progress, BufferMemory? memory)
    {
        Memory = memory;
        (Step, EpisodesConsumed, Position) = (progress.Step, progress.EpisodesConsumed, progress.Position);
        random = new SplitMix64(progress.RandomState);
        limiter.Restore(progress.RowsInserted, progress.RowsSampled);
        actor.Optimizer.RestoreSteps(progress.ActorSteps);
        critic.Optimizer.RestoreSteps(progress.CriticSteps);
    }

    private double? StepCritic(Dictionary<string, int> replayed)
    {
        double sum = 0;
        int done = 0;
        for (; done < options.Critic.StepsPerIteration; done++)
        {
            IReadOnlyList<Episode> sample = [.. Buffer.Sample(options.Critic.BatchEpisodes, ref random).Where(episode => episode.LearnedTurns > 0)];
            if (sample.Count == 0 || !limiter.TrySample(sample.Sum(episode => episode.Turns.Length)))
                break;
            sum += critic.Step(new EpisodeBatch(sample));
            foreach (Episode episode in sample)
                replayed[episode.Conversation] = replayed.GetValueOrDefault(episode.Conversation) + 1;
        }
        return done == 0 ? null : sum / done;
    }

    private List<ActorStep> StepActor(IReadOnlyList<Episode> fresh)
    {
        EpisodeBatch[] batches = Divide(fresh);
        float[][] advantages = [.. batches.Select(Advantages)];
        if (options.Actor.NormalizeAdvantages)
            Normalize(batches, advantages);
        float divergenceWeight = options.Actor.DivergenceWeight(EpisodesConsumed), stepSize = options.Actor.StepSize(EpisodesConsumed);
        List<ActorStep> steps = [];
        for (int epoch = 0; epoch < options.Actor.Epochs; epoch++)
        {
            for (int i = 0; i < batches.Length; i++)
            {
                if (actor.Step(batches[i], advantages[i], divergenceWeight, stepSize) is { } step)
                    steps.Add(step);
            }
        }
        return steps;
    }

    private EpisodeBatch[] Divide(IReadOnlyList<Episode> fresh)
    {
        Episode[] shuffled = [.. fresh.Where(episode => episode.LearnedTurns > 0)];
        bool anySampling = options.Actor.Objective == ActorObjective.AdvantageWeighted;
        for (int i = shuffled.Length - 1; i > 0; i--)
        {
            int other = random.NextInt(i + 1);
            (shuffled[i], shuffled[other]) = (shuffled[other], shuffled[i]);
        }
        int size = (shuffled.Length + options.Actor.Minibatches - 1) / options.Actor.Minibatches;
        return size == 0 ? [] : [.. shuffled.Chunk(size).Select(part => new EpisodeBatch(part, anySampling))];
    }

    private float[] Advantages(EpisodeBatch batch)
    {
        if (options.Actor.Advantage == AdvantageRule.Return)
            return targets.Returns(batch);
        (float[] values, float[] actionValues) = critic.Minima(batch);
        if (options.Actor.Advantage == AdvantageRule.Generalized)
            return targets.Advantages(batch, values, options.Actor.AdvantageLambda);
        for (int i = 0; i < values.Length; i++)
            actionValues[i] -= values[i];
        return actionValues;
    }

    private static void Normalize(EpisodeBatch[] batches, float[][] advantages)
    {
        float[] learned = [.. batches.SelectMany((batch, b) => Learned(batch).Select(turn => advantages[b][turn]))];
        AdvantageScale.Normalize(learned);
        int next = 0;
        for (int b = 0; b < batches.Length; b++)
            foreach (int turn in Learned(batches[b]))
                advantages[b][turn] = learned[next++];
    }

    private static int[] Learned(EpisodeBatch batch) => [.. Enumerable.Range(0, batch.ObservationCount).Where(turn => batch.Weights[turn] > 0)];

    private static LlamaDecoder Copy(ITensorBackend backend, LlamaDecoder policy, bool trainable)
    {
        var copy = new LlamaDecoder(backend, policy.Config, trainable);
        copy.Parameters.CopyFrom(policy.Parameters);
        return copy;
    }
}
