using System.Text;
using System.Text.Json.Nodes;
using Archer.Policy.Checkpoints;
using Archer.Policy.Models;
using Archer.Policy.Tensors;
using Archer.Policy.Tensors.Cpu;
using Archer.Policy.Tests.Text;
using Archer.Policy.Text;
using Archer.Testing;

namespace Archer.Policy.Tests.Checkpoints;

public sealed class PolicyCheckpointTests : IDisposable
{
    private static readonly LlamaConfig Config = new()
    {
        VocabularySize = 420,
        HiddenSize = 16,
        IntermediateSize = 24,
        Layers = 2,
        Heads = 2,
        MaxPositions = 64,
    };

    private readonly TemporaryDirectory _directory = new();
    private readonly CpuBackend _backend = new();
    private readonly LlamaDecoder _actor;
    private readonly Critic _critic;

    public PolicyCheckpointTests()
    {
        _actor = new LlamaDecoder(_backend, Config);
        _actor.Initialize(1);
        _critic = new Critic(_backend, Config with { HiddenSize = 8, Layers = 1, TieEmbeddings = true }, headSize: 6);
        _critic.Initialize(2);
    }

    public void Dispose()
    {
        _actor.Parameters.Dispose();
        _critic.Parameters.Dispose();
        _backend.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void Load_OfWritten_ComputesTheSame()
    {
        using var loaded = PolicyCheckpoint.Load(_backend, Write(_critic));

        int[] ids = [5, 90, 419, 7];
        Assert.Equal(Logits(_actor, ids), Logits(loaded.Actor, ids));
        Assert.Equal(Values(_critic, ids), Values(loaded.Critic!, ids));
        Assert.Equal((6, 8, 1), (loaded.Critic!.HeadSize, loaded.Critic.Config.HiddenSize, loaded.Critic.Config.Layers));
        Assert.Equal(TokenizerFiles.Write(TextSamples.Tokenizer), TokenizerFiles.Write(loaded.Tokenizer));
        Assert.Equal(419, loaded.Actor.Config.EndToken);
        Assert.NotEqual(0, Logits(_actor, ids).Sum());
    }

    [Fact]
    public void Write_TheSameValues_GivesTheSameFiles()
    {
        var store = CheckpointSamples.Store(_directory.Path);
        var draft = new CheckpointDraft { Files = PolicyCheckpoint.Files(_actor, _critic, TextSamples.Tokenizer) };

        Assert.Equal(store.Write(draft).Files.AsEnumerable(), store.Write(draft).Files);
    }

    [Fact]
    public void Write_APolicy_HasTheFilesThatHuggingFaceReads()
    {
        var checkpoint = Write(_critic);

        Assert.Equal(
            ["config.json", "critic.safetensors", "generation_config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"],
            checkpoint.Manifest!.Files.Select(file => file.Name));
        using var file = SafetensorsFile.Open(checkpoint.FilePath("model.safetensors"));
        Assert.Equal([420, 16], file.Entry("model.embed_tokens.weight").Shape.AsEnumerable());
        Assert.Equal("pt", file.Metadata["format"]);
        var generation = JsonNode.Parse(File.ReadAllText(checkpoint.FilePath("generation_config.json")))!;
        Assert.Equal((419, 0), (generation["eos_token_id"]!.GetValue<int>(), generation["top_k"]!.GetValue<int>()));
        var tokenizer = JsonNode.Parse(File.ReadAllText(checkpoint.FilePath("tokenizer_config.json")))!;
        Assert.Equal((ChatTemplate.Jinja, "<|end|>"), (tokenizer["chat_template"]!.GetValue<string>(), tokenizer["eos_token"]!.GetValue<string>()));
    }

    [Fact]
    public void Load_WithoutCritic_HasNone()
    {
        using var loaded = PolicyCheckpoint.Load(_backend, Write(null));

        Assert.Null(loaded.Critic);
    }

    [Fact]
    public void Load_Trainable_TakesGradients()
    {
        using var loaded = PolicyCheckpoint.Load(_backend, Write(_critic), trainable: true);

        Assert.All(loaded.Actor.Parameters.Concat(loaded.Critic!.Parameters), parameter => Assert.True(parameter.Tensor.RequiresGradient));
    }

    [Fact]
    public void Files_WithAVocabularyThatDoesNotFit_Throws()
    {
        using var small = new LlamaDecoder(_backend, Config with { VocabularySize = 300 }).Parameters;

        var failure = Assert.Throws<ArgumentException>(() => PolicyCheckpoint.Files(new LlamaDecoder(_backend, Config with { VocabularySize = 300 }, small), null, TextSamples.Tokenizer));

        Assert.Equal("A vocabulary of 420 tokens does not fit an actor of 300.", failure.Message);
    }

    /// <summary>The files of a plain directory are believed one by one, but must fit each other before the model gets memory.</summary>
    [Theory]
    [InlineData("vocab_size", 419, "$.vocab_size", "419")]
    [InlineData("vocab_size", 421, "tensor 'model.embed_tokens.weight'", "shape [420, 16]")]
    [InlineData("hidden_size", 1 << 30, "tensor 'model.embed_tokens.weight'", "shape [420, 16]")]
    [InlineData("intermediate_size", 25, "tensor 'model.layers.0.mlp.gate_proj.weight'", "shape [24, 16]")]
    [InlineData("num_hidden_layers", 1, "its tensors", "also 'model.layers.1.input_layernorm.weight'")]
    [InlineData("num_hidden_layers", 3, "tensor 'model.layers.2.input_layernorm.weight'", "none of this name")]
    [InlineData("num_hidden_layers", int.MaxValue, "its tensors", "21 tensors")]
    public void Load_FilesThatDoNotFit_AreRefused(string setting, int value, string place, string actual)
    {
        var path = Plain(_critic);
        var json = JsonNode.Parse(File.ReadAllText(Path.Combine(path, "config.json")))!;
        json[setting] = value;
        File.WriteAllText(Path.Combine(path, "config.json"), json.ToJsonString());

        var failure = Assert.Throws<CheckpointException>(() => PolicyCheckpoint.Load(_backend, CheckpointDirectory.Open(path)));

        Assert.Equal((place, actual), (failure.Place, failure.Actual));
    }

    [Fact]
    public void Load_ADirectoryWithoutWeights_IsRefused()
    {
        var path = Plain(_critic);
        File.Delete(Path.Combine(path, "model.safetensors"));

        var failure = Assert.Throws<CheckpointException>(() => PolicyCheckpoint.Load(_backend, CheckpointDirectory.Open(path)));

        Assert.Equal("the file model.safetensors", failure.Expected);
    }

    [Fact]
    public void Load_ADamagedCritic_IsRefused()
    {
        var path = Plain(_critic);
        var file = Path.Combine(path, "critic.safetensors");
        var valid = File.ReadAllBytes(file);

        // Damage of the header only: that of the elements is for the manifest's hash to find.
        var header = 8 + (int)BitConverter.ToInt64(valid);
        Mutations.Survive(valid[..header], 400, bytes =>
        {
            File.WriteAllBytes(file, [.. bytes, .. valid.AsSpan(header)]);
            PolicyCheckpoint.Load(_backend, CheckpointDirectory.Open(path)).Dispose();
        });
    }

    [Fact]
    public void Load_BFloat16Weights_WidensThem()
    {
        var path = Plain(null);
        var file = Path.Combine(path, "model.safetensors");
        WriteAsBFloat16(file);

        using var loaded = PolicyCheckpoint.Load(_backend, CheckpointDirectory.Open(path));

        var before = _actor.Parameters["lm_head.weight"].Values[3];
        var after = loaded.Actor.Parameters["lm_head.weight"].Values[3];
        Assert.Equal(BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(before) & 0xFFFF0000), after);
    }

    private CheckpointDirectory Write(Critic? withCritic)
    {
        var store = CheckpointSamples.Store(_directory.Path);
        return store.Open(store.Write(new CheckpointDraft { Files = PolicyCheckpoint.Files(_actor, withCritic, TextSamples.Tokenizer) }).Version);
    }

    private string Plain(Critic? withCritic)
    {
        var path = Write(withCritic).Path;
        File.Delete(Path.Combine(path, "manifest.json"));
        return path;
    }

    private void WriteAsBFloat16(string file)
    {
        var header = new JsonObject();
        var data = new List<byte>();
        foreach (var parameter in _actor.Parameters)
        {
            var begin = data.Count;
            foreach (var value in parameter.Tensor.Values)
            {
                data.AddRange(BitConverter.GetBytes((ushort)(BitConverter.SingleToUInt32Bits(value) >> 16)));
            }

            header[parameter.Name] = new JsonObject
            {
                ["dtype"] = "BF16",
                ["shape"] = new JsonArray([.. parameter.Shape.Select(size => JsonValue.Create(size))]),
                ["data_offsets"] = new JsonArray(begin, data.Count),
            };
        }

        var json = Encoding.UTF8.GetBytes(header.ToJsonString());
        File.WriteAllBytes(file, [.. BitConverter.GetBytes((long)json.Length), .. json, .. data]);
    }

    private float[] Logits(LlamaDecoder model, int[] ids)
    {
        using var step = _backend.BeginStep(record: false);
        return model.Logits(model.Hidden(new PackedTokens([ids]))).Values.ToArray();
    }

    private float[] Values(Critic model, int[] ids)
    {
        using var step = _backend.BeginStep(record: false);
        var output = model.Evaluate(new PackedTokens([ids]), [1], [3]);
        return [.. output.V1.Values, .. output.V2.Values, .. output.Q1.Values, .. output.Q2.Values];
    }
}
