using Archer.Policy.Models;
using Archer.Policy.Tensors;
using Archer.Policy.Tensors.Kernels;
using Archer.Policy.Tests.Tensors;
using Archer.Testing;

namespace Archer.Policy.Tests.Models;

public sealed class DecoderSessionTests : IDisposable
{
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

    private readonly ITensorBackend _backend = TensorBackends.Cpu();
    private readonly LlamaDecoder _decoder;
    private readonly DecoderSnapshot _snapshot;
    private readonly KvCache _cache = new(Config);
    private readonly DecoderSession _session = new();
    private readonly DecodeBatch _batch = new();

    public DecoderSessionTests()
    {
        _decoder = new LlamaDecoder(_backend, Config);
        _decoder.Initialize(1);
        _snapshot = new DecoderSnapshot(Config, _decoder.Parameters);
    }

    public void Dispose()
    {
        _session.Dispose();
        _cache.Dispose();
        _snapshot.Dispose();
        _backend.Dispose();
    }

    [Fact]
    public void Forward_TokenByToken_EqualsThePackedPassToTheBit()
    {
        var ids = TestNumbers.Below(53, 150, 1);
        Assert.Equal(Packed(ids), Incremental(_cache.Allocate(), ids, 1));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(31)]
    [InlineData(150)]
    public void Forward_PromptInPieces_EqualsThePackedPassToTheBit(int piece)
    {
        var ids = TestNumbers.Below(53, 150, 2);
        Assert.Equal(Packed(ids), Incremental(_cache.Allocate(), ids, piece));
    }

    [Fact]
    public void Forward_ManyConversationsAtDifferentPlaces_EachEqualsItsPackedPass()
    {
        int[][] sequences = [.. Enumerable.Range(0, 9).Select(s => TestNumbers.Below(53, 20 + 11 * s, s))];
        int[] slots = [.. sequences.Select(_ => _cache.Allocate())];
        List<float>[] results = [.. sequences.Select(_ => new List<float>())];
        var random = new Random(4);
        while (Enumerable.Range(0, 9).Any(s => _cache.Length(slots[s]) < sequences[s].Length))
        {
            _batch.Clear();
            List<int> owners = [];
            for (var s = 0; s < 9; s++)
            {
                int from = _cache.Length(slots[s]), count = Math.Min(random.Next(5), sequences[s].Length - from);
                for (var i = from; i < from + count; i++)
                {
                    _batch.Add(sequences[s][i], slots[s], i, true);
                    owners.Add(s);
                }
            }
            _session.Forward(_snapshot, _cache, _batch);
            for (var i = 0; i < owners.Count; i++)
            {
                results[owners[i]].AddRange(_session.Logits(i));
            }
        }
        for (var s = 0; s < 9; s++)
        {
            Assert.Equal(Packed(sequences[s]), results[s]);
        }
    }

    [Theory]
    [InlineData(3, 1, 6)]
    [InlineData(2, 2, 16)]
    [InlineData(4, 4, 32)]
    [InlineData(8, 2, 8)]
    [InlineData(1, 1, 300)]
    public void Forward_OtherHeads_EqualsThePackedPassToTheBit(int heads, int keyHeads, int headSize)
    {
        var config = Config with { Heads = heads, KeyValueHeadsOrNull = keyHeads, HeadSizeOrNull = headSize, TieEmbeddings = true };
        var other = new LlamaDecoder(_backend, config);
        other.Initialize(5);
        using var weights = new DecoderSnapshot(config, other.Parameters);
        using var memory = new KvCache(config);
        var ids = TestNumbers.Below(53, 75, 12);
        Assert.Equal(Packed(other, ids), Incremental(weights, memory, memory.Allocate(), ids, 1));
        Assert.Equal(Packed(other, ids), Incremental(weights, memory, memory.Allocate(), ids, 22));
    }

    [Fact]
    public void Forward_LogProbabilitiesWhileActing_AreThoseOfThePackedPassToTheBit()
    {
        int[] ids = TestNumbers.Below(53, 60, 13), rows = [.. Enumerable.Range(0, 59)];
        float[] learning, acting = new float[59], logits = Incremental(_cache.Allocate(), ids, 1);
        using (_backend.BeginStep())
        {
            var hidden = _decoder.Hidden(new PackedTokens([ids]));
            learning = _backend.SelectLogProbabilities(_decoder.LogitsAt(hidden, rows), ids[1..]).Values.ToArray();
        }
        for (var i = 0; i < 59; i++)
        {
            acting[i] = LogProbability(logits.AsSpan(i * 53, 53), ids[i + 1]);
        }

        Assert.Equal(learning, acting);
    }

    [Fact]
    public void Forward_OnlySomeRowsAskForOutput_GivesThose()
    {
        var ids = TestNumbers.Below(53, 12, 6);
        var slot = _cache.Allocate();
        _batch.Clear();
        for (var i = 0; i < ids.Length; i++)
        {
            Assert.Equal(i == 3 ? 0 : i == 11 ? 1 : -1, _batch.Add(ids[i], slot, i, i is 3 or 11));
        }

        _session.Forward(_snapshot, _cache, _batch);
        var packed = Packed(ids);
        Assert.Equal(packed[(3 * 53)..(4 * 53)], _session.Logits(0));
        Assert.Equal(packed[(11 * 53)..], _session.Logits(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => _session.Logits(2).ToArray());
    }

    [Fact]
    public void Forward_AfterTrainingWentOn_StillUsesTheSnapshot()
    {
        var ids = TestNumbers.Below(53, 10, 7);
        var before = Packed(ids);
        _decoder.Initialize(2);
        Assert.Equal(before, Incremental(_cache.Allocate(), ids, 3));
    }

    [Fact]
    public void Cache_TruncatedAndReused_ForgetsTheTail()
    {
        var ids = TestNumbers.Below(53, 80, 8);
        var slot = _cache.Allocate();
        Incremental(slot, TestNumbers.Below(53, 100, 9), 100);
        _cache.Truncate(slot, 0);
        Assert.Equal(Packed(ids), Incremental(slot, ids, 13));
        _cache.Free(slot);
        Assert.Equal(slot, _cache.Allocate());
        Assert.Equal(Packed(ids), Incremental(slot, ids, 80));
    }

    [Fact]
    public void Cache_CopiedPrefix_ContinuesLikeTheOriginal()
    {
        var ids = TestNumbers.Below(53, 90, 10);
        int source = _cache.Allocate(), copy = _cache.Allocate();
        Incremental(source, ids, 90);
        _cache.CopyPrefix(source, copy, 70);
        var rest = Incremental(copy, ids, 1);
        Assert.Equal(Packed(ids)[(70 * 53)..], rest);
    }

    [Theory]
    [InlineData(53, 0)]
    [InlineData(-1, 0)]
    [InlineData(5, 1)]
    public void Forward_BadRow_IsRefusedAndChangesNothing(int token, int position)
    {
        int slot = _cache.Allocate(), other = _cache.Allocate();
        _batch.Clear();
        _batch.Add(1, other, 0, true);
        _batch.Add(token, slot, position, true);
        var error = Assert.Throws<ArgumentException>(() => _session.Forward(_snapshot, _cache, _batch));
        Assert.StartsWith($"Row 1 of slot {slot}: token {token} (of 53) at position {position}, expected position 0 below 200.", error.Message);
        Assert.Equal(0, _cache.Length(other));
    }

    [Fact]
    public void Forward_SteadyState_AllocatesNothing()
    {
        int[] slots = [.. Enumerable.Range(0, 8).Select(_ => _cache.Allocate())];
        for (var round = 0; round < 3; round++)
        {
            Decode(slots, 150);
        }

        var native = _cache.TotalFloats;
        Assert.Equal(0, Allocations.OfEachRound(() => Decode(slots, 150)));
        Assert.Equal(native, _cache.TotalFloats);
    }

    [Fact]
    public void Forward_CriticSnapshot_GivesTheSmallerValueOfTheTrainedPass()
    {
        var critic = new Critic(_backend, Config, 40);
        critic.Initialize(9);
        int[] ids = TestNumbers.Below(53, 33, 11), rows = [4, 17, 32];
        var expected = new float[3];
        using (_backend.BeginStep(record: false))
        {
            var output = critic.Evaluate(new PackedTokens([ids]), rows, [0]);
            for (var i = 0; i < 3; i++)
            {
                expected[i] = MathF.Min(output.V1.Values[i], output.V2.Values[i]);
            }
        }
        using var frozen = new CriticSnapshot(Config, critic.Parameters);
        var slot = _cache.Allocate();
        _batch.Clear();
        for (var i = 0; i < ids.Length; i++)
        {
            _batch.Add(ids[i], slot, i, rows.Contains(i));
        }

        _session.Forward(frozen, _cache, _batch);
        Assert.Equal(expected, new[] { _session.Value(0), _session.Value(1), _session.Value(2) });
        Assert.Equal(3, expected.Distinct().Count());
    }

    private void Decode(int[] slots, int steps)
    {
        foreach (var slot in slots)
        {
            _cache.Truncate(slot, 0);
        }

        for (var i = 0; i < steps; i++)
        {
            _batch.Clear();
            foreach (var slot in slots)
            {
                _batch.Add((i + slot) % 53, slot, i, true);
            }

            _session.Forward(_snapshot, _cache, _batch);
        }
    }

    private float[] Packed(int[] ids) => Packed(_decoder, ids);

    private float[] Packed(LlamaDecoder model, int[] ids)
    {
        using var step = _backend.BeginStep(record: false);
        return model.Logits(model.Hidden(new PackedTokens([ids]))).Values.ToArray();
    }

    private static unsafe float LogProbability(ReadOnlySpan<float> logits, int token)
    {
        fixed (float* line = logits)
        {
            return logits[token] - SoftmaxKernel.LogSumExp(line, logits.Length);
        }
    }

    private float[] Incremental(int slot, int[] ids, int piece) => Incremental(_snapshot, _cache, slot, ids, piece);

    private float[] Incremental(DecoderSnapshot model, KvCache cache, int slot, int[] ids, int piece)
    {
        List<float> logits = [];
        for (var from = cache.Length(slot); from < ids.Length; from += piece)
        {
            _batch.Clear();
            for (var i = from; i < Math.Min(ids.Length, from + piece); i++)
            {
                _batch.Add(ids[i], slot, i, true);
            }

            _session.Forward(model, cache, _batch);
            for (var i = 0; i < _batch.OutputCount; i++)
            {
                logits.AddRange(_session.Logits(i));
            }
        }
        return [.. logits];
    }
}
