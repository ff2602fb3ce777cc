using System.Diagnostics;
using Archer.Client.Randomness;
using Archer.Policy.Models;
using Archer.Policy.Tensors;
using Archer.Policy.Text;

namespace Archer.Trainer.Sft;

/// <summary>Clones the agent's utterances of a set of conversations into a policy; the end-of-turn token is part of what is cloned.</summary>
public sealed class BehaviorCloning : IDisposable
{
    private readonly ITensorBackend backend;
    private readonly LlamaDecoder policy;
    private readonly SftOptions options;
    private readonly SftSequence[] training;
    private readonly SftSequence[] validation;
    private readonly LabelHead? labelHead;
    private readonly IOptimizer optimizer;
    private readonly IOptimizer? labelOptimizer;
    private readonly int stopId;
    private SplitMix64 random;

    /// <summary>Prepares the cloning.</summary>
    /// <param name="backend">Where it computes.</param>
    /// <param name="policy">Changed in place; the caller keeps it.</param>
    /// <param name="template">Renders the conversations.</param>
    /// <param name="conversations">The last of them are for validation.</param>
    /// <param name="options">Settings.</param>
    /// <exception cref="ArgumentException">The options are not usable, there are too few conversations, or one is longer than the policy reaches.</exception>
    public BehaviorCloning(
        ITensorBackend backend, LlamaDecoder policy, ChatTemplate template, IReadOnlyList<SftConversation> conversations, SftOptions options)
    {
        options.Validate();
        if (conversations.Count <= options.ValidationConversations)
            throw new ArgumentException($"{conversations.Count} conversations leave none to learn from after {options.ValidationConversations} for validation.");
        this.backend = backend;
        this.policy = policy;
        stopId = template.StopId;
        this.options = options;
        string[] labels = [.. conversations.Select(conversation => conversation.Label).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        var classes = labels.Index().ToDictionary(pair => pair.Item, pair => pair.Index, StringComparer.Ordinal);
        SftSequence[] sequences = [.. conversations.Select(conversation => SftSequence.Encode(conversation, template, classes))];
        RequireLengths(sequences, policy.Config.MaxPositions);
        training = sequences[..^options.ValidationConversations];
        validation = sequences[^options.ValidationConversations..];
        random = new SplitMix64(SplitMix64.Derive(options.Seed, 0));
        var settings = new AdamWOptions { LearningRate = options.LearningRate, Beta2 = 0.98f, ClipNorm = options.ClipNorm };
        optimizer = backend.CreateAdamW(policy.Parameters, settings);
        if (labels.Length > 1 && options.LabelWeight > 0)
        {
            labelHead = new LabelHead(backend, policy.Config.HiddenSize, labels.Length, SplitMix64.Derive(options.Seed, 1));
            labelOptimizer = backend.CreateAdamW(labelHead.Parameters, settings);
        }
    }

    /// <summary>Runs all steps.</summary>
    /// <param name="report">Called after each validation.</param>
    /// <param name="ticker">Is told of each step; null tells nobody.</param>
    /// <param name="cancellationToken">Ends it between two steps.</param>
    public void Run(Action<SftProgress> report, SftTicker? ticker = null, CancellationToken cancellationToken = default)
    {
        long start = Stopwatch.GetTimestamp();
        using IEnumerator<IReadOnlyList<SftSequence>> batches = Batches().GetEnumerator();
        for (int step = 0; step < options.Steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            batches.MoveNext();
            double loss = Step(new SftBatch(batches.Current, options.UserWeight), options.RateAt(step));
            ticker?.Step(step + 1, options.Steps, loss);
            if ((step + 1) % options.ValidationInterval != 0 && step + 1 != options.Steps)
                continue;
            (double likelihood, double stop, double? label) = Validate();
            TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
            report(new SftProgress(step + 1, options.Steps, loss, likelihood, stop, label, elapsed, elapsed / (step + 1) * (options.Steps - step - 1)));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        optimizer.Dispose();
        labelOptimizer?.Dispose();
        labelHead?.Dispose();
    }

    /// <summary>Negative log-likelihood of imitated tokens, of the end-of-turn tokens among them, and cross-entropy of labels over the validation conversations.</summary>
    internal (double Likelihood, double Stop, double? Label) Validate()
    {
        double likelihood = 0, stop = 0, label = 0;
        long tokens = 0, stops = 0, labels = 0;
        foreach (SftSequence[] chunk in validation.Chunk(options.BatchConversations))
        {
            var batch = new SftBatch(chunk, userWeight: 0);
            using IDisposable step = backend.BeginStep(record: false);
            Tensor hidden = policy.Hidden(batch.Tokens);
            ReadOnlySpan<float> said = backend.SelectLogProbabilities(policy.LogitsAt(hidden, batch.Rows), batch.Targets).Values;
            for (int i = 0; i < said.Length; i++)
            {
                likelihood -= said[i];
                (stop, stops) = batch.Targets[i] == stopId ? (stop - said[i], stops + 1) : (stop, stops);
            }
            tokens += said.Length;
            Tensor? chunkLabel = LabelLoss(batch, hidden);
            label += (chunkLabel?.Scalar ?? 0) * batch.Labels.Length;
            labels += batch.Labels.Length;
        }
        return (likelihood / tokens, stops == 0 ? 0 : stop / stops, labelHead is null ? null : label / labels);
    }

    private float Step(SftBatch batch, float rate)
    {
        using IDisposable step = backend.BeginStep();
        (Tensor loss, Tensor? label) = Losses(batch);
        if (label is not null)
            loss = backend.Add(loss, backend.Affine(label, options.LabelWeight));
        backend.Backward(loss);
        optimizer.Step(rate);
        labelOptimizer?.Step(rate);
        return loss.Scalar;
    }

    private (Tensor Likelihood, Tensor? Label) Losses(SftBatch batch)
    {
        Tensor hidden = policy.Hidden(batch.Tokens);
        Tensor likelihood = SftLoss.NegativeLogLikelihood(backend, policy.LogitsAt(hidden, batch.Rows), batch.Targets, batch.Weights);
        return (likelihood, LabelLoss(batch, hidden));
    }

    private Tensor? LabelLoss(SftBatch batch, Tensor hidden)
    {
        if (labelHead is null || batch.Labels.Length == 0)
            return null;
        Tensor logits = labelHead.Logits(backend.GatherRows(hidden, batch.LabelRows));
        return backend.Affine(backend.Mean(backend.SelectLogProbabilities(logits, batch.Labels)), -1f);
    }

    /// <summary>Every conversation once, in random order, again and again.</summary>
    private IEnumerable<IReadOnlyList<SftSequence>> Batches()
    {
        int size = Math.Min(options.BatchConversations, training.Length);
        while (true)
        {
            for (int i = training.Length - 1; i > 0; i--)
            {
                int other = random.NextInt(i + 1);
                (training[i], training[other]) = (training[other], training[i]);
            }
            for (int first = 0; first + size <= training.Length; first += size)
                yield return new ArraySegment<SftSequence>(training, first, size);
        }
    }

    private static void RequireLengths(SftSequence[] sequences, int most)
    {
        int longest = Array.FindIndex(sequences, sequence => sequence.TokenIds.Length > most);
        if (longest >= 0)
            throw new ArgumentException($"Conversation {longest + 1} has {sequences[longest].TokenIds.Length} tokens, the policy reaches {most}.");
    }
}
