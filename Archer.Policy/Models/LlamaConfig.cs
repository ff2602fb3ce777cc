using System.Text.Json.Serialization;

namespace Archer.Policy.Models;

/// <summary>Shape of a Llama decoder, with the field names of a Hugging Face <c>config.json</c> (LlamaForCausalLM).</summary>
public sealed record LlamaConfig
{
    /// <summary>Always <c>llama</c>.</summary>
    [JsonPropertyName("model_type")]
    public string ModelType { get; init; } = "llama";

    /// <summary>Always LlamaForCausalLM.</summary>
    [JsonPropertyName("architectures")]
    public IReadOnlyList<string> Architectures { get; init; } = ["LlamaForCausalLM"];

    /// <summary>V: tokens in the vocabulary.</summary>
    [JsonPropertyName("vocab_size")]
    public required int VocabularySize { get; init; }

    /// <summary>C: width of the residual stream.</summary>
    [JsonPropertyName("hidden_size")]
    public required int HiddenSize { get; init; }

    /// <summary>Width of the SwiGLU layer.</summary>
    [JsonPropertyName("intermediate_size")]
    public required int IntermediateSize { get; init; }

    /// <summary>Number of decoder layers.</summary>
    [JsonPropertyName("num_hidden_layers")]
    public required int Layers { get; init; }

    /// <summary>H: query heads.</summary>
    [JsonPropertyName("num_attention_heads")]
    public required int Heads { get; init; }

    /// <summary>Key and value heads; each serves Heads / KeyValueHeads query heads. Default: as many as query heads.</summary>
    [JsonPropertyName("num_key_value_heads")]
    public int? KeyValueHeadsOrNull { get; init; }

    /// <summary>D: size of a head; even. Default: C / H.</summary>
    [JsonPropertyName("head_dim")]
    public int? HeadSizeOrNull { get; init; }

    /// <summary>Longest sequence, tokens. Default 2048 (as in Hugging Face).</summary>
    [JsonPropertyName("max_position_embeddings")]
    public int MaxPositions { get; init; } = 2048;

    /// <summary>ε of RMSNorm.</summary>
    [JsonPropertyName("rms_norm_eps")]
    public float NormEpsilon { get; init; } = 1e-6f;

    /// <summary>Base of the rotary angles.</summary>
    [JsonPropertyName("rope_theta")]
    public double RopeTheta { get; init; } = 10_000;

    /// <summary>Whether the output layer is the embedding.</summary>
    [JsonPropertyName("tie_word_embeddings")]
    public bool TieEmbeddings { get; init; }

    /// <summary>Standard deviation of initial weights.</summary>
    [JsonPropertyName("initializer_range")]
    public double InitializerRange { get; init; } = 0.02;

    /// <summary>Always <c>silu</c>.</summary>
    [JsonPropertyName("hidden_act")]
    public string Activation { get; init; } = "silu";

    /// <summary>Always float32.</summary>
    [JsonPropertyName("torch_dtype")]
    public string DataType { get; init; } = "float32";

    /// <summary>Token that begins a text, if any.</summary>
    [JsonPropertyName("bos_token_id")]
    public int? BeginToken { get; init; }

    /// <summary>Token that ends a turn, if any.</summary>
    [JsonPropertyName("eos_token_id")]
    public int? EndToken { get; init; }

    /// <summary>Key and value heads after the default.</summary>
    [JsonIgnore]
    public int KeyValueHeads => KeyValueHeadsOrNull ?? Heads;

    /// <summary>D after the default.</summary>
    [JsonIgnore]
    public int HeadSize => HeadSizeOrNull ?? HiddenSize / Heads;

    /// <summary>H · D.</summary>
    [JsonIgnore]
    public int QueryWidth => Heads * HeadSize;

    /// <summary>Key-value heads · D.</summary>
    [JsonIgnore]
    public int KeyWidth => KeyValueHeads * HeadSize;

    /// <summary>Checks that the sizes fit together.</summary>
    /// <exception cref="ArgumentException">They do not; all problems are listed.</exception>
    public void Validate()
    {
        List<string> problems = [];
        if (ModelType != "llama" || Activation != "silu")
        {
            problems.Add($"model_type '{ModelType}' with hidden_act '{Activation}': only llama with silu is supported");
        }

        foreach ((var name, var value) in new[]
        {
            ("vocab_size", VocabularySize), ("hidden_size", HiddenSize), ("intermediate_size", IntermediateSize), ("num_hidden_layers", Layers),
            ("num_attention_heads", Heads), ("num_key_value_heads", KeyValueHeads), ("max_position_embeddings", MaxPositions),
        })
        {
            if (value <= 0)
            {
                problems.Add($"{name} is {value}, expected a positive number");
            }
        }
        if (Heads > 0 && HeadSizeOrNull is null && HiddenSize % Heads != 0)
        {
            problems.Add($"hidden_size {HiddenSize} is not a multiple of num_attention_heads {Heads}");
        }

        if (Heads > 0 && (HeadSize <= 0 || HeadSize % 2 != 0))
        {
            problems.Add($"head_dim {HeadSize} is not positive and even");
        }

        if (KeyValueHeads > 0 && Heads % KeyValueHeads != 0)
        {
            problems.Add($"num_attention_heads {Heads} is not a multiple of num_key_value_heads {KeyValueHeads}");
        }

        if (Heads > 0 && Math.Max((long)Heads, KeyValueHeads) * HeadSize > int.MaxValue)
        {
            problems.Add($"num_attention_heads or num_key_value_heads times head_dim {HeadSize} is more than {int.MaxValue}");
        }

        if (problems.Count > 0)
        {
            throw new ArgumentException("The model configuration is not usable: " + string.Join("; ", problems) + ".");
        }
    }
}
