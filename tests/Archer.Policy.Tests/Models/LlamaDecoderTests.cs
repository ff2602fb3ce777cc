using Archer.Policy.Models;
using Archer.Policy.Tensors;
using Archer.Policy.Tests.Tensors;

namespace Archer.Policy.Tests.Models;

public sealed class LlamaDecoderTests : DecoderContract
{
    [Fact]
    public void Hidden_PackedSequences_EqualsOneAtATimeToTheBit()
    {
        using var backend = TensorBackends.Cpu();
        var decoder = new LlamaDecoder(backend, Small);
        decoder.Initialize(3);
        int[][] sequences = [TestNumbers.Below(37, 40, 1), TestNumbers.Below(37, 1, 2), TestNumbers.Below(37, 90, 3)];
        var packed = LogitsOf(backend, decoder, sequences);
        float[] single = [.. sequences.SelectMany(s => LogitsOf(backend, decoder, s))];
        Assert.Equal(single, packed);
    }

    [Fact]
    public void Training_OneAndTwoThreads_GiveTheSameBits()
    {
        float[] one = TrainedWeights(1), two = TrainedWeights(2), again = TrainedWeights(2);
        Assert.Equal(one, two);
        Assert.Equal(two, again);
    }

    [Fact]
    public void Specs_TiedEmbeddings_HaveNoHead()
    {
        Assert.Contains(LlamaDecoder.Specs(Small), s => s.Name == "lm_head.weight");
        Assert.DoesNotContain(LlamaDecoder.Specs(Small with { TieEmbeddings = true }), s => s.Name == "lm_head.weight");
        Assert.Equal(21, LlamaDecoder.Specs(Small).Count);
    }

    protected override ITensorBackend Create() => TensorBackends.Cpu();

    private static float[] LogitsOf(ITensorBackend backend, LlamaDecoder decoder, params int[][] sequences)
    {
        using var step = backend.BeginStep(record: false);
        return decoder.Logits(decoder.Hidden(new PackedTokens(sequences))).Values.ToArray();
    }

    private static float[] TrainedWeights(int threads)
    {
        using var backend = TensorBackends.Cpu(threads);
        var decoder = new LlamaDecoder(backend, Small);
        decoder.Initialize(11);
        using var optimizer = backend.CreateAdamW(decoder.Parameters, new AdamWOptions());
        var tokens = new PackedTokens([.. Enumerable.Range(1, 12).Select(i => TestNumbers.Below(37, 9 * i, i))]);
        for (var i = 0; i < 3; i++)
        {
            TrainStep(backend, decoder, optimizer, tokens);
        }

        return [.. decoder.Parameters.SelectMany(p => p.Tensor.Values.ToArray())];
    }
}
