using Archer.Policy.Tensors;
using Archer.Policy.Tensors.Kernels;

namespace Archer.Policy.Models;

/// <summary>
/// The weights of a decoder at one moment, packed for inference. Immutable: any number of threads may read it while training goes on with the
/// parameters it was made of.
/// </summary>
internal sealed unsafe class DecoderSnapshot : IDisposable
{
    private readonly Arena _memory = new();
    private readonly Layer[] _layers;
    private readonly RightMatrix _head;
    private readonly float* _embedding;
    private readonly float* _finalNorm;

    /// <summary>Copies the weights. Without <c>lm_head.weight</c> (and untied) the snapshot gives hidden states only.</summary>
    public DecoderSnapshot(LlamaConfig config, ParameterSet parameters)
    {
        config.Validate();
        Config = config;
        Rotary = new RotaryTable(config.MaxPositions, config.HeadSize, config.RopeTheta);
        _embedding = Copy(parameters["model.embed_tokens.weight"]);
        _layers = [.. Enumerable.Range(0, config.Layers).Select(i => new Layer(this, parameters, $"model.layers.{i}."))];
        _finalNorm = Copy(parameters["model.norm.weight"]);
        var output = config.TieEmbeddings ? "model.embed_tokens.weight" : "lm_head.weight";
        HasHead = parameters.Contains(output);
        if (HasHead)
        {
            _head = Pack(parameters, output);
        }
    }

    public LlamaConfig Config { get; }

    /// <summary>Whether logits can be computed.</summary>
    public bool HasHead { get; }

    public RotaryTable Rotary { get; }

    public RightMatrix Head => _head;

    public float* FinalNorm => _finalNorm;

    public Layer this[int layer] => _layers[layer];

    public float* Embedding(int token) => _embedding + (nint)token * Config.HiddenSize;

    public void Dispose()
    {
        _memory.Dispose();
        Rotary.Dispose();
    }

    private float* Copy(Tensor tensor)
    {
        var target = _memory.Allocate(tensor.Values.Length);
        tensor.Values.CopyTo(new Span<float>(target, tensor.Values.Length));
        return target;
    }

    /// <summary>Packs weights [out, in] that read the same input as one operand [in, sum of out].</summary>
    private RightMatrix Pack(ParameterSet parameters, params ReadOnlySpan<string> names)
    {
        int depth = parameters[names[0]].Columns, columns = 0;
        foreach (var name in names)
        {
            columns += parameters[name].Rows;
        }

        var packed = Packing.Describe(_memory.AllocateZeroed(Packing.Size(depth, columns)), depth, columns);
        var column = 0;
        foreach (var name in names)
        {
            var weight = parameters[name];
            fixed (float* rows = weight.Values)
            {
                Packing.Transposed(rows, depth, weight.Rows, packed, column);
            }

            column += weight.Rows;
        }
        return packed;
    }

    /// <summary>One decoder layer: query, key and value are one product, gate and up another.</summary>
    internal sealed class Layer(DecoderSnapshot owner, ParameterSet parameters, string prefix)
    {
        public readonly float* AttentionNorm = owner.Copy(parameters[prefix + "input_layernorm.weight"]);
        public readonly RightMatrix QueryKeyValue = owner.Pack(
            parameters, prefix + "self_attn.q_proj.weight", prefix + "self_attn.k_proj.weight", prefix + "self_attn.v_proj.weight");
        public readonly RightMatrix Output = owner.Pack(parameters, prefix + "self_attn.o_proj.weight");
        public readonly float* FeedForwardNorm = owner.Copy(parameters[prefix + "post_attention_layernorm.weight"]);
        public readonly RightMatrix GateUp = owner.Pack(parameters, prefix + "mlp.gate_proj.weight", prefix + "mlp.up_proj.weight");
        public readonly RightMatrix Down = owner.Pack(parameters, prefix + "mlp.down_proj.weight");
    }
}
