using Archer.Client.Randomness;
using Archer.Policy.Tensors;

namespace Archer.Trainer.Sft;

/// <summary>Predicts a conversation's label from a hidden state: [n, C] → [n, classes]. Thrown away when the cloning is done.</summary>
internal sealed class LabelHead : IDisposable
{
    private readonly ITensorBackend _backend;

    public LabelHead(ITensorBackend backend, int hiddenSize, int classes, ulong seed)
    {
        _backend = backend;
        Parameters = backend.CreateParameters([new("label.weight", classes, hiddenSize), new("label.bias", classes)]);
        var random = new SplitMix64(seed);
        var bound = 1 / MathF.Sqrt(hiddenSize);
        var weights = new float[classes * hiddenSize];
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = bound * (2 * (float)random.NextDouble() - 1);
        }

        Parameters["label.weight"].Write(weights);
    }

    public ParameterSet Parameters { get; }

    public Tensor Logits(Tensor hidden) => _backend.Linear(hidden, Parameters["label.weight"], Parameters["label.bias"]);

    public void Dispose() => Parameters.Dispose();
}
