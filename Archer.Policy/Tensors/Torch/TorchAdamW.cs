using TorchSharp;
using static Archer.Policy.Tensors.TensorArguments;

namespace Archer.Policy.Tensors.Torch;

/// <summary>AdamW over all parameters of a set at once; the equations are those of the managed backend.</summary>
internal sealed class TorchAdamW : IOptimizer
{
    private readonly TorchParameterSet _parameters;
    private readonly AdamWOptions _options;
    private readonly torch.Tensor _gradients;
    private readonly torch.Tensor _first;
    private readonly torch.Tensor _second;

    public TorchAdamW(TorchParameterSet parameters, AdamWOptions options)
    {
        _gradients = parameters.Gradients ?? throw new ArgumentException("The parameters take no gradient.", nameof(parameters));
        _parameters = parameters;
        _options = options;
        _first = torch.zeros_like(_gradients).DetachFromDisposeScope();
        _second = torch.zeros_like(_gradients).DetachFromDisposeScope();
    }

    public ParameterSet Parameters => _parameters;

    public long Steps { get; private set; }

    public float Step(float? learningRate = null)
    {
        using var scope = torch.NewDisposeScope();
        using var unrecorded = torch.no_grad();
        var norm = (float)Math.Sqrt(_gradients.square().sum(torch.ScalarType.Float64).item<double>());
        if (!float.IsFinite(norm))
        {
            _parameters.ClearGradients();
            throw new ArithmeticException($"The gradient norm is {norm} at step {Steps + 1}: no update was made.");
        }
        Steps++;
        var clip = _options.ClipNorm > 0 && norm > _options.ClipNorm ? _options.ClipNorm / norm : 1f;
        Update(learningRate ?? _options.LearningRate, clip);
        _parameters.ClearGradients();
        return norm;
    }

    public ReadOnlySpan<float> FirstMoment(string parameter) => Read(_first, parameter);

    public ReadOnlySpan<float> SecondMoment(string parameter) => Read(_second, parameter);

    public void RestoreMoments(string parameter, ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        using var scope = torch.NewDisposeScope();
        (var offset, var count) = _parameters.RangeOf(parameter);
        RequireMoments(parameter, count, first, second);
        TorchTensor.Overwrite(_first.narrow(0, offset, count), first);
        TorchTensor.Overwrite(_second.narrow(0, offset, count), second);
    }

    public void RestoreSteps(long steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        Steps = steps;
    }

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
    }

    private void Update(float rate, float clip)
    {
        var size = (float)(rate / (1 - Math.Pow(_options.Beta1, Steps)));
        var root = (float)(1 / Math.Sqrt(1 - Math.Pow(_options.Beta2, Steps)));
        _gradients.mul_(clip);
        _first.mul_(_options.Beta1).add_(_gradients, 1f - _options.Beta1);
        _second.mul_(_options.Beta2).addcmul_(_gradients, _gradients, 1f - _options.Beta2);
        if (_options.WeightDecay != 0)
        {
            Decay(1f - rate * _options.WeightDecay);
        }

        _parameters.Values.addcdiv_(_first, _second.sqrt().mul_(root).add_(_options.Epsilon), -size);
    }

    private void Decay(float kept)
    {
        foreach (var parameter in _parameters.Where(p => p.Shape.Count == 2))
        {
            ((TorchTensor)parameter.Tensor).Handle.mul_(kept);
        }
    }

    private float[] Read(torch.Tensor moment, string parameter)
    {
        using var scope = torch.NewDisposeScope();
        (var offset, var count) = _parameters.RangeOf(parameter);
        return TorchTensor.Read(moment.narrow(0, offset, count));
    }
}
