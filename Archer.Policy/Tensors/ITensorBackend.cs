namespace Archer.Policy.Tensors;

/// <summary>
/// Coarse differentiable operations in float32. Operations run at once and, inside a step that records, are written to a tape for <see
/// cref="Backward"/>.
/// One step at a time, one thread at a time. Gradients flow to parameters of trainable sets only.
/// </summary>
public interface ITensorBackend : IDisposable
{
    /// <summary>Creates parameters, all zero. Without <paramref name="trainable"/> they take no gradient (target and reference models).</summary>
    ParameterSet CreateParameters(IReadOnlyList<ParameterSpec> specs, bool trainable = true);

    /// <summary>Creates the optimiser of a trainable set.</summary>
    IOptimizer CreateAdamW(ParameterSet parameters, AdamWOptions options);

    /// <summary>Begins a step; disposing it frees every tensor made inside.</summary>
    /// <param name="record">False: nothing is kept for a backward pass.</param>
    IDisposable BeginStep(bool record = true);

    /// <summary>Adds the gradient of <paramref name="loss"/> [1, 1] to the parameters' gradients; at most once per step.</summary>
    void Backward(Tensor loss);

    /// <summary>A constant of the current step.</summary>
    Tensor Constant(ReadOnlySpan<float> values, int rows, int columns);

    /// <summary>The same values without gradient.</summary>
    Tensor Detach(Tensor x);

    /// <summary>Rows of a table [V, C] by id: [T, C].</summary>
    Tensor Embedding(Tensor table, ReadOnlySpan<int> ids);

    /// <summary>x [T, in] · weightᵀ [in, out] + bias [1, out] + residual [T, out].</summary>
    Tensor Linear(Tensor x, Tensor weight, Tensor? bias = null, Tensor? residual = null);

    /// <summary>gain · x / sqrt(mean x² + ε), row by row.</summary>
    Tensor RmsNorm(Tensor x, Tensor gain, float epsilon);

    /// <summary>Causal attention inside each sequence, queries and keys turned by rotary embedding at their positions: [T, H · D].</summary>
    Tensor Attention(Tensor queries, Tensor keys, Tensor values, PackedTokens tokens, AttentionShape shape);

    /// <summary>silu(gate) · up.</summary>
    Tensor SwiGlu(Tensor gate, Tensor up);

    /// <summary>max(x, 0).</summary>
    Tensor Relu(Tensor x);

    /// <summary>Chosen rows, in the order given; a row may be chosen more than once.</summary>
    Tensor GatherRows(Tensor x, ReadOnlySpan<int> rows);

    /// <summary>log softmax(logits)[row, target]: [R, 1].</summary>
    Tensor SelectLogProbabilities(Tensor logits, ReadOnlySpan<int> targets);

    /// <summary>Entropy of softmax(logits), nats: [R, 1].</summary>
    Tensor Entropy(Tensor logits);

    /// <summary>KL(softmax(logits) ‖ softmax(reference)), nats, no gradient to the reference: [R, 1].</summary>
    Tensor KullbackLeibler(Tensor logits, Tensor reference);

    /// <summary>−Σ_v p_v · log softmax(logits)_v for given distributions p [R, V] without gradient (soft labels): [R, 1].</summary>
    Tensor CrossEntropy(Tensor logits, Tensor probabilities);

    /// <summary>a + b, same shape.</summary>
    Tensor Add(Tensor a, Tensor b);

    /// <summary>a − b, same shape.</summary>
    Tensor Subtract(Tensor a, Tensor b);

    /// <summary>a · b element by element, same shape.</summary>
    Tensor Multiply(Tensor a, Tensor b);

    /// <summary>The smaller of a and b element by element; where equal the gradient goes to a.</summary>
    Tensor Minimum(Tensor a, Tensor b);

    /// <summary>scale · x + shift.</summary>
    Tensor Affine(Tensor x, float scale, float shift = 0f);

    /// <summary>e^x.</summary>
    Tensor Exp(Tensor x);

    /// <summary>x².</summary>
    Tensor Square(Tensor x);

    /// <summary>x limited to [low, high]; no gradient outside.</summary>
    Tensor Clamp(Tensor x, float low, float high);

    /// <summary>Sums of consecutive rows of x [R, 1]: segment s covers rows starts[s] … starts[s + 1] − 1. [S, 1].</summary>
    Tensor SegmentSum(Tensor x, ReadOnlySpan<int> starts);

    /// <summary>Σ x over all elements: [1, 1].</summary>
    Tensor Sum(Tensor x);

    /// <summary>Mean of all elements: [1, 1].</summary>
    Tensor Mean(Tensor x);

    /// <summary>Σ weight · x over all elements, weights in row order without gradient: [1, 1].</summary>
    Tensor WeightedSum(Tensor x, ReadOnlySpan<float> weights);
}
