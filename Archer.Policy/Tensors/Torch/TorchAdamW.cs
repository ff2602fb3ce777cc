using TorchSharp;
using static Archer.Policy.Tensors.TensorArguments;

namespace Archer.Policy.Tensors.Torch;

/// <summary>AdamW over all parameters of a set at once; the equations are those of the managed backend.</summary>
internal sealed class TorchAdamW : IOptimizer
{
    private readonly TorchParameterSet parameters;
    private readonly AdamWOptions options;
    private readonly torch.Tensor gradients;
    private readonly torch.Tensor first;
    private readonly torch.Tensor second;

    public TorchAdamW(TorchParameterSet parameters, AdamWOptions options)
    {
        gradients = parameters.Gradients ?? throw new ArgumentException("The parameters take no gradient.", nameof(parameters));
        this.parameters = parameters;
        this.options = options;
        first = torch.zeros_like(gradients).DetachFromDisposeScope();
        second = torch.zeros_like(gradients).DetachFromDisposeScope();
    }

    public ParameterSet Parameters => parameters;

    public long Steps { get; private set; }

    public float Step(float? learningRate = null)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        using IDisposable unrecorded = torch.no_grad();
        float norm = (float)Math.Sqrt(gradients.square().sum(torch.ScalarType.Float64).item<double>());
        if (!float.IsFinite(norm))
        {
            parameters.ClearGradients();
            throw new ArithmeticException($"The gradient norm is {norm} at step {Steps + 1}: no update was made.");
        }
        Steps++;
        float clip = options.ClipNorm > 0 && norm > options.ClipNorm ? options.ClipNorm / norm : 1f;
        Update(learningRate ?? options.LearningRate, clip);
        parameters.ClearGradients();
        return norm;
    }

    public ReadOnlySpan<float> FirstMoment(string parameter) => Read(first, parameter);

    public ReadOnlySpan<float> SecondMoment(string parameter) => Read(second, parameter);

    public void RestoreMoments(string parameter, ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        (int offset, int count) = parameters.RangeOf(parameter);
        RequireMoments(parameter, count, first, second);
        TorchTensor.Overwrite(this.first.narrow(0, offset, count), first);
        TorchTensor.Overwrite(this.second.narrow(0, offset, count), second);
    }

    public void RestoreSteps(long steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        Steps = steps;
    }

    public void Dispose()
    {
        first.Dispose();
        second.Dispose();
    }

    private void Update(float rate, float clip)
    {
        float size = (float)(rate / (1 - Math.Pow(options.Beta1, Steps)));
        float root = (float)(1 / Math.Sqrt(1 - Math.Pow(options.Beta2, Steps)));
        gradients.mul_(clip);
        first.mul_(options.Beta1).add_(gradients, 1f - options.Beta1);
        second.mul_(options.Beta2).addcmul_(gradients, gradients, 1f - options.Beta2);
        if (options.WeightDecay != 0)
            Decay(1f - rate * options.WeightDecay);
        parameters.Values.addcdiv_(first, second.sqrt().mul_(root).add_(options.Epsilon), -size);
    }

    private void Decay(float kept)
    {
        foreach (Parameter parameter in parameters.Where(p => p.Shape.Count == 2))
            ((TorchTensor)parameter.Tensor).Handle.mul_(kept);
    }

    private float[] Read(torch.Tensor moment, string parameter)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        (int offset, int count) = parameters.RangeOf(parameter);
        return TorchTensor.Read(moment.narrow(0, offset, count));
    }
}
