using Archer.Policy.Tensors;

namespace Archer.Policy.Models;

/// <summary>
/// Twin value and twin action-value heads over a decoder trunk: one causal pass over an episode gives V at the last token of every
/// observation and Q at the last
/// token of every utterance. Source: arXiv 2402.19446, with a causal trunk in place of the encoder.
/// </summary>
public sealed class Critic
{
    private static readonly string[] Heads = ["v1", "v2", "q1", "q2"];
    private readonly ITensorBackend _backend;
    private readonly LlamaDecoder _trunk;

    /// <summary>A critic whose parameters are all zero until initialised or loaded.</summary>
    /// <param name="backend">Where it computes.</param>
    /// <param name="config">Shape of the trunk (its output layer is not used).</param>
    /// <param name="headSize">H: width of the heads' hidden layer (C → H → 1, ReLU).</param>
    /// <param name="trainable">False for a target critic.</param>
    public Critic(ITensorBackend backend, LlamaConfig config, int headSize, bool trainable = true)
    {
        _backend = backend;
        HeadSize = headSize;
        _trunk = new LlamaDecoder(backend, config, backend.CreateParameters(Specs(config, headSize), trainable));
    }

    /// <summary>Shape of the trunk.</summary>
    public LlamaConfig Config => _trunk.Config;

    /// <summary>H: width of the heads' hidden layer.</summary>
    public int HeadSize { get; }

    /// <summary>Trunk (names of <see cref="LlamaDecoder"/>) and heads (<c>v1.0.weight</c> … <c>q2.2.bias</c>).</summary>
    public ParameterSet Parameters => _trunk.Parameters;

    /// <summary>Names and shapes of all parameters.</summary>
    public static IReadOnlyList<ParameterSpec> Specs(LlamaConfig config, int headSize)
    {
        List<ParameterSpec> specs = [.. LlamaDecoder.Specs(config, head: false)];
        foreach (var head in Heads)
        {
            specs.Add(new($"{head}.0.weight", headSize, config.HiddenSize));
            specs.Add(new($"{head}.0.bias", headSize));
            specs.Add(new($"{head}.2.weight", 1, headSize));
            specs.Add(new($"{head}.2.bias", 1));
        }
        return specs;
    }

    /// <summary>Draws all weights from N(0, initializer_range²); the twins differ because every parameter has its own stream.</summary>
    public void Initialize(ulong seed) => Initialization.Normal(Parameters, Config.InitializerRange, seed);

    /// <summary>A frozen copy of the same shape and values, to be followed with <see cref="ParameterSet.BlendFrom"/>.</summary>
    public Critic CreateTarget()
    {
        var target = new Critic(_backend, Config, HeadSize, trainable: false);
        target.Parameters.CopyFrom(Parameters);
        return target;
    }

    /// <summary>Values and action-values of packed episodes in one pass.</summary>
    /// <param name="tokens">Episodes.</param>
    /// <param name="observationRows">Row of the last token of each observation.</param>
    /// <param name="utteranceRows">Row of the last token of each utterance.</param>
    public CriticOutput Evaluate(PackedTokens tokens, ReadOnlySpan<int> observationRows, ReadOnlySpan<int> utteranceRows)
    {
        var hidden = _trunk.Hidden(tokens);
        Tensor observations = _backend.GatherRows(hidden, observationRows), utterances = _backend.GatherRows(hidden, utteranceRows);
        return new CriticOutput(Head("v1", observations), Head("v2", observations), Head("q1", utterances), Head("q2", utterances));
    }

    private Tensor Head(string name, Tensor hidden)
    {
        var inner = _backend.Relu(_backend.Linear(hidden, Parameters[name + ".0.weight"], Parameters[name + ".0.bias"]));
        return _backend.Linear(inner, Parameters[name + ".2.weight"], Parameters[name + ".2.bias"]);
    }
}
