namespace Archer.Policy.Tensors;

/// <summary>Settings of AdamW (arXiv 1711.05101; weight decay 0 is Adam). Defaults are PyTorch's, without decay.</summary>
public sealed record AdamWOptions
{
    /// <summary>Step size. Default 1e-3.</summary>
    public float LearningRate { get; init; } = 1e-3f;

    /// <summary>Decay of the first moment. Default 0.9.</summary>
    public float Beta1 { get; init; } = 0.9f;

    /// <summary>Decay of the second moment. Default 0.999.</summary>
    public float Beta2 { get; init; } = 0.999f;

    /// <summary>Added to the root of the second moment. Default 1e-8.</summary>
    public float Epsilon { get; init; } = 1e-8f;

    /// <summary>Decoupled weight decay per unit of learning rate, on matrices only (not on gains and biases). Default 0.</summary>
    public float WeightDecay { get; init; }

    /// <summary>Largest global norm of the gradients; larger ones are scaled down. Default 1; 0 turns clipping off.</summary>
    public float ClipNorm { get; init; } = 1f;
}
