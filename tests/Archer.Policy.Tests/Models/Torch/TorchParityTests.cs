using Archer.Policy.Models;
using Archer.Policy.Tensors;
using Archer.Policy.Tests.Tensors;

namespace Archer.Policy.Tests.Models.Torch;

/// <summary>The same models, data and updates on libtorch and on the managed backend.</summary>
[Collection("libtorch")]
public sealed class TorchParityTests : IDisposable
{
    private const double Tolerance = 1e-4;
    private const int Updates = 5;

    private static readonly LlamaConfig Config = new()
    {
        VocabularySize = 53,
        HiddenSize = 48,
        IntermediateSize = 70,
        Layers = 2,
        Heads = 4,
        KeyValueHeadsOrNull = 2,
        HeadSizeOrNull = 16,
        MaxPositions = 200,
        InitializerRange = 0.2,
    };

    private static readonly PackedTokens Tokens = new([.. new[] { 90, 3, 17, 64, 2, 33, 150 }.Select(n => TestNumbers.Below(53, n, n))]);
    private readonly ITensorBackend _managed = TensorBackends.Cpu();
    private readonly ITensorBackend _libtorch = TensorBackends.On(TensorDevice.Torch);

    public void Dispose()
    {
        _managed.Dispose();
        _libtorch.Dispose();
    }

    [Fact]
    public void PolicyUpdates_RatioClipDivergenceAndEntropy_Agree() => AssertClose(PolicyRun(_managed), PolicyRun(_libtorch));

    [Fact]
    public void CriticUpdates_TwinHeadsAndTarget_Agree() => AssertClose(CriticRun(_managed), CriticRun(_libtorch));

    [Fact]
    public void OptimiserState_MovedFromLibtorch_GoesOnInTheManagedBackend()
    {
        using var there = new Training(_libtorch);
        using var here = new Training(_managed);
        there.Update(1);
        here.Decoder.Parameters.CopyFrom(there.Decoder.Parameters);
        foreach (var parameter in there.Decoder.Parameters)
        {
            here.Optimizer.RestoreMoments(parameter.Name, there.Optimizer.FirstMoment(parameter.Name), there.Optimizer.SecondMoment(parameter.Name));
        }

        here.Optimizer.RestoreSteps(there.Optimizer.Steps);
        there.Update(1);
        here.Update(1);
        AssertClose([.. here.Weights()], [.. there.Weights()]);
    }

    [Fact]
    public void Acting_OnManagedKernels_HasTheLogProbabilitiesThatLibtorchLearnsFrom()
    {
        var ids = TestNumbers.Below(53, 150, 6);
        using var training = new Training(_libtorch);
        training.Update(2);
        using var snapshot = new DecoderSnapshot(Config, training.Decoder.Parameters);
        using var cache = new KvCache(Config);
        using var session = new DecoderSession();
        var slot = cache.Allocate();
        var batch = new DecodeBatch();
        List<float> acted = [];
        for (var i = 0; i < ids.Length; i++)
        {
            batch.Clear();
            batch.Add(ids[i], slot, i, true);
            session.Forward(snapshot, cache, batch);
            acted.AddRange(session.Logits(0));
        }
        using var step = _libtorch.BeginStep(record: false);
        var learned = training.Decoder.Logits(training.Decoder.Hidden(new PackedTokens([ids]))).Values.ToArray();
        AssertClose([[.. acted]], [learned]);
    }

    private static List<float[]> PolicyRun(ITensorBackend backend)
    {
        using var training = new Training(backend);
        List<float[]> record = [training.Update(1)];
        record.AddRange(training.Decoder.Parameters.Select(p => p.Tensor.Values.ToArray()));
        record.Add(training.Update(Updates));
        record.AddRange(training.Weights());
        return record;
    }

    private static List<float[]> CriticRun(ITensorBackend backend)
    {
        var critic = new Critic(backend, Config, 16);
        critic.Initialize(3);
        var target = critic.CreateTarget();
        using var optimizer = backend.CreateAdamW(critic.Parameters, new AdamWOptions { LearningRate = 2e-3f, ClipNorm = 0.5f });
        List<float[]> record = [];
        for (var update = 0; update < Updates; update++)
        {
            using var step = backend.BeginStep();
            int[] observations = [5, 92, 100, 300], utterances = [19, 92, 109, 358];
            var goal = backend.Detach(target.Evaluate(Tokens, observations, utterances).Q2);
            var output = critic.Evaluate(Tokens, observations, utterances);
            var first = backend.Square(backend.Subtract(output.Q1, backend.Affine(goal, 0.9f, 1f)));
            var second = backend.Square(backend.Subtract(output.V2, backend.Minimum(output.Q1, output.Q2)));
            var loss = backend.WeightedSum(backend.Add(first, second), [0.5f, 1f, 0.25f, 2f]);
            backend.Backward(loss);
            record.Add([loss.Scalar, optimizer.Step()]);
            target.Parameters.BlendFrom(critic.Parameters, 0.05f);
        }
        record.AddRange(critic.Parameters.Concat(target.Parameters).Select(p => p.Tensor.Values.ToArray()));
        critic.Parameters.Dispose();
        target.Parameters.Dispose();
        return record;
    }

    /// <summary>Each vector differs by less than the tolerance of its norm.</summary>
    private static void AssertClose(IReadOnlyList<float[]> expected, IReadOnlyList<float[]> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (var i = 0; i < expected.Count; i++)
        {
            var norm = Math.Sqrt(expected[i].Sum(x => (double)x * x));
            var difference = Math.Sqrt(expected[i].Zip(actual[i], (x, y) => Math.Pow(x - y, 2)).Sum());
            Assert.True(difference <= Tolerance * norm, $"vector {i} of {expected[i].Length}: difference {difference}, norm {norm}");
        }
    }

    /// <summary>A policy with its reference and optimiser, updated on fixed data.</summary>
    private sealed class Training : IDisposable
    {
        private static readonly int[] Rows = [.. Enumerable.Range(0, 80), .. Enumerable.Range(120, 100)];
        private static readonly int[] Targets = TestNumbers.Below(53, 180, 8);
        private static readonly float[] Recorded = TestNumbers.Normal(180, 9, 0.1), Advantages = TestNumbers.Normal(180, 10);
        private readonly ITensorBackend _backend;
        private readonly LlamaDecoder _reference;

        public Training(ITensorBackend backend)
        {
            _backend = backend;
            Decoder = new LlamaDecoder(backend, Config);
            Decoder.Initialize(1);
            _reference = new LlamaDecoder(backend, Config, trainable: false);
            _reference.Initialize(2);
            Optimizer = backend.CreateAdamW(Decoder.Parameters, new AdamWOptions { WeightDecay = 0.01f });
        }

        public LlamaDecoder Decoder { get; }

        public IOptimizer Optimizer { get; }

        public IEnumerable<float[]> Weights() => Decoder.Parameters.Select(p => p.Tensor.Values.ToArray());

        /// <summary>Losses and gradient norms, one after the other.</summary>
        public float[] Update(int times)
        {
            List<float> record = [];
            for (var i = 0; i < times; i++)
            {
                using var step = _backend.BeginStep();
                var loss = Loss();
                _backend.Backward(loss);
                record.AddRange(loss.Scalar, Optimizer.Step());
            }
            return [.. record];
        }

        public void Dispose()
        {
            Optimizer.Dispose();
            _reference.Parameters.Dispose();
            Decoder.Parameters.Dispose();
        }

        private Tensor Loss()
        {
            Tensor logits = Decoder.LogitsAt(Decoder.Hidden(Tokens), Rows), other = _reference.LogitsAt(_reference.Hidden(Tokens), Rows);
            Tensor logs = _backend.SelectLogProbabilities(logits, Targets), advantages = _backend.Constant(Advantages, Rows.Length, 1);
            var start = _backend.SelectLogProbabilities(_backend.Detach(other), Targets);
            var ratio = _backend.Exp(_backend.Affine(_backend.Subtract(logs, _backend.Add(start, _backend.Constant(Recorded, Rows.Length, 1))), 0.1f));
            var clipped = _backend.Minimum(_backend.Multiply(ratio, advantages), _backend.Multiply(_backend.Clamp(ratio, 0.8f, 1.2f), advantages));
            var perTurn = _backend.SegmentSum(clipped, [0, 11, 80, 80, 133, 180]);
            var terms = _backend.Subtract(_backend.Affine(_backend.KullbackLeibler(logits, other), 0.05f), _backend.Affine(_backend.Entropy(logits), 0.01f));
            return _backend.Add(_backend.Affine(_backend.Mean(perTurn), -1f), _backend.Sum(terms));
        }
    }
}
