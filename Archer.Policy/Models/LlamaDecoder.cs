using Archer.Policy.Tensors;

namespace Archer.Policy.Models;

/// <summary>
/// Llama decoder over packed sequences, as Hugging Face LlamaForCausalLM computes it: RMSNorm, rotary attention, SwiGLU, residuals.
/// Parameters carry the names of Hugging Face checkpoints.
/// </summary>
public sealed class LlamaDecoder
{
    private readonly ITensorBackend _backend;
    private readonly AttentionShape _attention;

    /// <summary>A decoder over parameters that contain <see cref="Specs"/>.</summary>
    /// <exception cref="ArgumentException">The configuration is not usable.</exception>
    public LlamaDecoder(ITensorBackend backend, LlamaConfig config, ParameterSet parameters)
    {
        config.Validate();
        _backend = backend;
        Config = config;
        Parameters = parameters;
        _attention = new AttentionShape(config.Heads, config.KeyValueHeads, config.HeadSize, config.RopeTheta, config.MaxPositions);
    }

    /// <summary>A decoder with parameters of its own, all zero until initialised or loaded.</summary>
    public LlamaDecoder(ITensorBackend backend, LlamaConfig config, bool trainable = true)
        : this(backend, config, backend.CreateParameters(Specs(config), trainable))
    {
    }

    /// <summary>Shape of the model.</summary>
    public LlamaConfig Config { get; }

    /// <summary>Weights.</summary>
    public ParameterSet Parameters { get; }

    /// <summary>Names and shapes of the parameters; without <paramref name="head"/> the trunk alone, which ends in hidden states.</summary>
    public static IReadOnlyList<ParameterSpec> Specs(LlamaConfig config, bool head = true)
    {
        List<ParameterSpec> specs = [new("model.embed_tokens.weight", config.VocabularySize, config.HiddenSize)];
        for (var i = 0; i < config.Layers; i++)
        {
            var layer = $"model.layers.{i}.";
            specs.Add(new(layer + "input_layernorm.weight", config.HiddenSize));
            specs.Add(new(layer + "self_attn.q_proj.weight", config.QueryWidth, config.HiddenSize));
            specs.Add(new(layer + "self_attn.k_proj.weight", config.KeyWidth, config.HiddenSize));
            specs.Add(new(layer + "self_attn.v_proj.weight", config.KeyWidth, config.HiddenSize));
            specs.Add(new(layer + "self_attn.o_proj.weight", config.HiddenSize, config.QueryWidth));
            specs.Add(new(layer + "post_attention_layernorm.weight", config.HiddenSize));
            specs.Add(new(layer + "mlp.gate_proj.weight", config.IntermediateSize, config.HiddenSize));
            specs.Add(new(layer + "mlp.up_proj.weight", config.IntermediateSize, config.HiddenSize));
            specs.Add(new(layer + "mlp.down_proj.weight", config.HiddenSize, config.IntermediateSize));
        }
        specs.Add(new("model.norm.weight", config.HiddenSize));
        if (head && !config.TieEmbeddings)
        {
            specs.Add(new("lm_head.weight", config.VocabularySize, config.HiddenSize));
        }

        return specs;
    }

    /// <summary>Draws all weights: gains 1, matrices from N(0, initializer_range²) as Hugging Face does.</summary>
    public void Initialize(ulong seed) => Initialization.Normal(Parameters, Config.InitializerRange, seed);

    /// <summary>Hidden states after the final norm: [T, C].</summary>
    /// <exception cref="ArgumentException">A token outside the vocabulary or a sequence longer than the model's positions.</exception>
    public Tensor Hidden(PackedTokens tokens)
    {
        if (tokens.MaxSequence > Config.MaxPositions)
        {
            throw new ArgumentException($"A sequence has {tokens.MaxSequence} tokens, the model reaches {Config.MaxPositions}.", nameof(tokens));
        }

        var stream = _backend.Embedding(Parameters["model.embed_tokens.weight"], tokens.Ids);
        for (var i = 0; i < Config.Layers; i++)
        {
            stream = Layer($"model.layers.{i}.", stream, tokens);
        }

        return Norm(stream, "model.norm.weight");
    }

    /// <summary>Logits of hidden states: [R, C] → [R, V].</summary>
    /// <param name="hidden">[R, C].</param>
    /// <param name="bias">Added to every row, [1, V]: a mask of tokens that are never said.</param>
    public Tensor Logits(Tensor hidden, Tensor? bias = null) =>
        _backend.Linear(hidden, Parameters[Config.TieEmbeddings ? "model.embed_tokens.weight" : "lm_head.weight"], bias);

    /// <summary>Logits at chosen rows of the packed tokens only: [R, V]. Row t predicts the token at t + 1.</summary>
    public Tensor LogitsAt(Tensor hidden, ReadOnlySpan<int> rows, Tensor? bias = null) => Logits(_backend.GatherRows(hidden, rows), bias);

    private Tensor Layer(string name, Tensor stream, PackedTokens tokens)
    {
        var x = Norm(stream, name + "input_layernorm.weight");
        var mixed = _backend.Attention(
            Project(x, name + "self_attn.q_proj.weight"),
            Project(x, name + "self_attn.k_proj.weight"),
            Project(x, name + "self_attn.v_proj.weight"),
            tokens,
            _attention);
        stream = _backend.Linear(mixed, Parameters[name + "self_attn.o_proj.weight"], residual: stream);
        x = Norm(stream, name + "post_attention_layernorm.weight");
        var inner = _backend.SwiGlu(Project(x, name + "mlp.gate_proj.weight"), Project(x, name + "mlp.up_proj.weight"));
        return _backend.Linear(inner, Parameters[name + "mlp.down_proj.weight"], residual: stream);
    }

    private Tensor Norm(Tensor x, string gain) => _backend.RmsNorm(x, Parameters[gain], Config.NormEpsilon);

    private Tensor Project(Tensor x, string weight) => _backend.Linear(x, Parameters[weight]);
}
