using System.Text;
using System.Text.Json.Nodes;
using Archer.Policy.Checkpoints;
using Archer.Policy.Models;

namespace Archer.Policy.Tests.Checkpoints;

public sealed class LlamaConfigJsonTests
{
    private static readonly LlamaConfig Config = new()
    {
        VocabularySize = 420,
        HiddenSize = 32,
        IntermediateSize = 48,
        Layers = 2,
        Heads = 4,
        KeyValueHeadsOrNull = 2,
        RopeTheta = 500,
        EndToken = 419,
        TieEmbeddings = true,
    };

    private static readonly byte[] Valid = Write(Config);

    [Fact]
    public void Read_OfWritten_GivesTheSameSettings()
    {
        var read = Parse(Valid);

        Assert.Equal(Valid, Write(read));
        Assert.Equal((420, 32, 48, 2, 4, 2, 8, 500.0, true), (read.VocabularySize, read.HiddenSize, read.IntermediateSize, read.Layers, read.Heads,
            read.KeyValueHeads, read.HeadSize, read.RopeTheta, read.TieEmbeddings));
    }

    [Fact]
    public void Write_AConfiguration_HasHuggingFacesNames()
    {
        var json = JsonNode.Parse(Valid)!.AsObject();

        Assert.Equal("LlamaForCausalLM", json["architectures"]![0]!.GetValue<string>());
        Assert.Equal(["llama", "silu", "float32"], new[] { "model_type", "hidden_act", "torch_dtype" }.Select(name => json[name]!.GetValue<string>()));
        Assert.Equal([2, 8, 419], new[] { "num_key_value_heads", "head_dim", "eos_token_id" }.Select(name => json[name]!.GetValue<int>()));
    }

    [Fact]
    public void Read_NewerFiles_TakeTheRotaryBaseFromItsGroup()
    {
        var file = Edit("rope_parameters", """{"rope_type":"default","rope_theta":1234.0}""");

        Assert.Equal(1234, Parse(file).RopeTheta);
    }

    [Theory]
    [InlineData("model_type", "\"gpt2\"", "$.model_type")]
    [InlineData("model_type", "5", "$.model_type")]
    [InlineData("hidden_act", "\"gelu\"", "$.hidden_act")]
    [InlineData("rope_scaling", "{\"rope_type\":\"yarn\"}", "$.rope_scaling")]
    [InlineData("rope_parameters", "{\"rope_type\":\"llama3\",\"rope_theta\":1}", "$.rope_parameters")]
    [InlineData("rope_parameters", "7", "$.rope_parameters")]
    [InlineData("attention_bias", "true", "$.attention_bias")]
    [InlineData("mlp_bias", "true", "$.mlp_bias")]
    [InlineData("quantization_config", "{}", "$.quantization_config")]
    [InlineData("max_position_embeddings", "2147483647", "$.max_position_embeddings")]
    [InlineData("rope_theta", "-1", "$.rope_theta")]
    [InlineData("hidden_size", "33", "$")]
    [InlineData("num_attention_heads", "0", "$")]
    [InlineData("hidden_size", "\"32\"", "$.hidden_size")]
    public void Read_WhatIsNotImplementedOrWrong_IsRefusedWithItsPlace(string name, string value, string place)
    {
        var file = Encoding.UTF8.GetString(Edit(name, value)).Replace("\"head_dim\": 8", "\"head_dim\": null", StringComparison.Ordinal);

        Assert.Equal(place, Assert.Throws<CheckpointException>(() => Parse(Encoding.UTF8.GetBytes(file))).Place);
    }

    /// <summary>In 32 bits these widths would come out as small ones that a file could have.</summary>
    [Theory]
    [InlineData("num_attention_heads", "65538", "head_dim", "65536", "$")]
    [InlineData("head_dim", "1073741826", "num_attention_heads", "4", "$")]
    [InlineData("head_dim", "2048", "max_position_embeddings", "1048576", "$.max_position_embeddings")]
    public void Read_SizesWhoseProductsAreTooLarge_IsRefused(string first, string one, string second, string other, string place)
    {
        var json = JsonNode.Parse(Edit(first, one))!;
        json[second] = JsonNode.Parse(other);

        Assert.Equal(place, Assert.Throws<CheckpointException>(() => Parse(Encoding.UTF8.GetBytes(json.ToJsonString()))).Place);
    }

    [Fact]
    public void Read_AnyDamage_IsRefusedOrStillAConfiguration() => Mutations.Survive(Valid, 3000, bytes => Parse(bytes));

    private static LlamaConfig Parse(byte[] file) => LlamaConfigJson.Parse("config.json", file);

    private static byte[] Edit(string name, string value)
    {
        var json = JsonNode.Parse(Valid)!;
        json[name] = JsonNode.Parse(value);
        return Encoding.UTF8.GetBytes(json.ToJsonString(new() { WriteIndented = true }));
    }

    private static byte[] Write(LlamaConfig config)
    {
        using var stream = new MemoryStream();
        LlamaConfigJson.Write(config, stream);
        return stream.ToArray();
    }
}
