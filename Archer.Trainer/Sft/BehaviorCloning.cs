using System.Diagnostics;
using Archer.Client.Randomness;
using Archer.Policy.Models;
using Archer.Policy.Tensors;
using Archer.Policy.Text;

namespace Archer.Trainer.Sft;

/// <summary>Clones the agent's utterances of a set of conversations into a policy; the end-of-turn token is part of what is cloned.</summary>
public sealed class BehaviorCloning : IDisposable
{
    private readonly ITensorBackend _backend;
    private readonly LlamaDecoder _policy;
    private readonly SftOptions _options;
    private readonly SftSequence[] _training;
    private readonly SftSequence[] _validation;
    private readonly LabelHead? _labelHead;
    private readonly IOptimizer _optimizer;
    private readonly IOptimizer? _labelOptimizer;
    private readonly int _stopId;
    private SplitMix64 _random;

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
        {
            throw new ArgumentException($"{conversations.Count} conversations leave none to learn from after {options.ValidationConversations} for validation.");
        }

        _backend = backend;
        _policy = policy;
        _stopId = template.StopId;
        _options = options;
        string[] labels = [.. conversations.Select(conversation => conversation.Label).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        var classes = labels.Index().ToDictionary(pair => pair.Item, pair => pair.Index, StringComparer.Ordinal);
        SftSequence[] sequences = [.. conversations.Select(conversation => SftSequence.Encode(conversation, template, classes))];
        RequireLengths(sequences, policy.Config.MaxPositions);
        _training = sequences[..^options.ValidationConversations];
        _validation = sequences[^options.ValidationConversations..];
        _random = new SplitMix64(SplitMix64.Derive(options.Seed, 0));
        var settings = new AdamWOptions { LearningRate = options.LearningRate, Beta2 = 0.98f, ClipNorm = options.ClipNorm };
        _optimizer = backend.CreateAdamW(policy.Parameters, settings);
        if (labels.Length > 1 && options.LabelWeight > 0)
        {
            _labelHead = new LabelHead(backend, policy.Config.HiddenSize, labels.Length, SplitMix64.Derive(options.Seed, 1));
            _labelOptimizer = backend.CreateAdamW(_labelHead.Parameters, settings);
        }
    }

    /// <summary>Runs all steps.</summary>
    /// <param name="report">Called after each validation.</param>
    /// <param name="ticker">Is told of each step; null tells nobody.</param>
    /// <param name="cancellationToken">Ends it between two steps.</param>
    public void Run(Action<SftProgress> report, SftTicker? ticker = null, CancellationToken cancellationToken = default)
    {
        var start = Stopwatch.GetTimestamp();
        using var batches = Batches().GetEnumerator();
        for (var step = 0; step < _options.Steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            batches.MoveNext();
            double loss = Step(new SftBatch(batches.Current, _options.UserWeight), _options.RateAt(step));
            ticker?.Step(step + 1, _options.Steps, loss);
            if ((step + 1) % _options.ValidationInterval != 0 && step + 1 != _options.Steps)
            {
                continue;
            }

            (var likelihood, var stop, var label) = Validate();
            var elapsed = Stopwatch.GetElapsedTime(start);
            report(new SftProgress(step + 1, _options.Steps, loss, likelihood, stop, label, elapsed, elapsed / (step + 1) * (_options.Steps - step - 1)));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _optimizer.Dispose();
        _labelOptimizer?.Dispose();
        _labelHead?.Dispose();
    }

    /// <summary>Negative log-likelihood of imitated tokens, of the end-of-turn tokens among them, and cross-entropy of labels over the validation conversations.</summary>
    internal (double Likelihood, double Stop, double? Label) Validate()
    {
        double likelihood = 0, stop = 0, label = 0;
        long tokens = 0, stops = 0, labels = 0;
        foreach (var chunk in _validation.Chunk(_options.BatchConversations))
        {
            var batch = new SftBatch(chunk, userWeight: 0);
            using var step = _backend.BeginStep(record: false);
            var hidden = _policy.Hidden(batch.Tokens);
            var said = _backend.SelectLogProbabilities(_policy.LogitsAt(hidden, batch.Rows), batch.Targets).Values;
            for (var i = 0; i < said.Length; i++)
            {
                likelihood -= said[i];
                (stop, stops) = batch.Targets[i] == _stopId ? (stop - said[i], stops + 1) : (stop, stops);
            }
            tokens += said.Length;
            var chunkLabel = LabelLoss(batch, hidden);
            label += (chunkLabel?.Scalar ?? 0) * batch.Labels.Length;
            labels += batch.Labels.Length;
        }
        return (likelihood / tokens, stops == 0 ? 0 : stop / stops, _labelHead is null ? null : label / labels);
    }

    private float Step(SftBatch batch, float rate)
    {
        using var step = _backend.BeginStep();
        (var loss, var label) = Losses(batch);
        if (label is not null)
        {
            loss = _backend.Add(loss, _backend.Affine(label, _options.LabelWeight));
        }

        _backend.Backward(loss);
        _optimizer.Step(rate);
        _labelOptimizer?.Step(rate);
        return loss.Scalar;
    }

    private (Tensor Likelihood, Tensor? Label) Losses(SftBatch batch)
    {
        var hidden = _policy.Hidden(batch.Tokens);
        var likelihood = SftLoss.NegativeLogLikelihood(_backend, _policy.LogitsAt(hidden, batch.Rows), batch.Targets, batch.Weights);
        return (likelihood, LabelLoss(batch, hidden));
    }

    private Tensor? LabelLoss(SftBatch batch, Tensor hidden)
    {
        if (_labelHead is null || batch.Labels.Length == 0)
        {
            return null;
        }

        var logits = _labelHead.Logits(_backend.GatherRows(hidden, batch.LabelRows));
        return _backend.Affine(_backend.Mean(_backend.SelectLogProbabilities(logits, batch.Labels)), -1f);
    }

    /// <summary>Every conversation once, in random order, again and again.</summary>
    private IEnumerable<IReadOnlyList<SftSequence>> Batches()
    {
        var size = Math.Min(_options.BatchConversations, _training.Length);
        while (true)
        {
            for (var i = _training.Length - 1; i > 0; i--)
            {
                var other = _random.NextInt(i + 1);
                (_training[i], _training[other]) = (_training[other], _training[i]);
            }
            for (var first = 0; first + size <= _training.Length; first += size)
            {
                yield return new ArraySegment<SftSequence>(_training, first, size);
            }
        }
    }

    private static void RequireLengths(SftSequence[] sequences, int most)
    {
        var longest = Array.FindIndex(sequences, sequence => sequence.TokenIds.Length > most);
        if (longest >= 0)
        {
            throw new ArgumentException($"Conversation {longest + 1} has {sequences[longest].TokenIds.Length} tokens, the policy reaches {most}.");
        }
    }
}
