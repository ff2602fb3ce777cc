using System.Runtime.Intrinsics;
using Archer.Policy.Tensors.Kernels;

namespace Archer.Policy.Tensors.Cpu;

/// <summary>AdamW over native memory: clipping, moments, update and clearing of the gradient in one pass.</summary>
internal sealed unsafe class CpuAdamW : IOptimizer
{
    private const int Lanes = 8;
    private readonly CpuParameterSet _parameters;
    private readonly AdamWOptions _options;
    private readonly NativeBuffer _first;
    private readonly NativeBuffer _second;

    public CpuAdamW(CpuParameterSet parameters, AdamWOptions options)
    {
        if (!parameters.Trainable)
        {
            throw new ArgumentException("The parameters take no gradient.", nameof(parameters));
        }

        _parameters = parameters;
        _options = options;
        _first = new NativeBuffer(parameters.Length);
        _second = new NativeBuffer(parameters.Length);
    }

    public ParameterSet Parameters => _parameters;

    public long Steps { get; private set; }

    public float Step(float? learningRate = null)
    {
        var norm = GradientNorm();
        if (!float.IsFinite(norm))
        {
            _parameters.ClearGradients();
            throw new ArithmeticException($"The gradient norm is {norm} at step {Steps + 1}: no update was made.");
        }
        Steps++;
        var clip = _options.ClipNorm > 0 && norm > _options.ClipNorm ? _options.ClipNorm / norm : 1f;
        var rate = learningRate ?? _options.LearningRate;
        var update = new Update(_options, rate, clip, Steps);
        foreach (var parameter in _parameters)
        {
            var offset = OffsetOf(parameter);
            var decay = parameter.Shape.Count == 2 ? 1f - rate * _options.WeightDecay : 1f;
            var padded = (parameter.Count + 15) & ~15;
            update.Apply(_parameters.Values + offset, _parameters.Gradients + offset, _first.Pointer + offset, _second.Pointer + offset, padded, decay);
        }
        return norm;
    }

    public ReadOnlySpan<float> FirstMoment(string parameter) => Moment(_first, parameter);

    public ReadOnlySpan<float> SecondMoment(string parameter) => Moment(_second, parameter);

    public void RestoreMoments(string parameter, ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        Span<float> m = Moment(_first, parameter), v = Moment(_second, parameter);
        TensorArguments.RequireMoments(parameter, m.Length, first, second);
        first.CopyTo(m);
        second.CopyTo(v);
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

    private float GradientNorm()
    {
        double sum = 0;
        foreach (var parameter in _parameters)
        {
            var gradient = _parameters.Gradients + OffsetOf(parameter);
            sum += RowKernels.Dot(gradient, gradient, parameter.Count);
        }
        return (float)Math.Sqrt(sum);
    }

    private long OffsetOf(Parameter parameter) => ((CpuTensor)parameter.Tensor).Data - _parameters.Values;

    private Span<float> Moment(NativeBuffer moment, string parameter)
    {
        var tensor = (CpuTensor)_parameters[parameter];
        return moment.Span.Slice((int)(tensor.Data - _parameters.Values), tensor.Count);
    }

    /// <summary>The constants of one update.</summary>
    private readonly struct Update(AdamWOptions options, float rate, float clip, long step)
    {
        private readonly float _stepSize = (float)(rate / (1 - Math.Pow(options.Beta1, step)));
        private readonly float _rootScale = (float)(1 / Math.Sqrt(1 - Math.Pow(options.Beta2, step)));

        public void Apply(float* value, float* gradient, float* m, float* v, int count, float decay)
        {
            Vector256<float> beta1 = Vector256.Create(options.Beta1), beta2 = Vector256.Create(options.Beta2);
            Vector256<float> rest1 = Vector256.Create(1f - options.Beta1), rest2 = Vector256.Create(1f - options.Beta2);
            Vector256<float> scale = Vector256.Create(clip), root = Vector256.Create(_rootScale), epsilon = Vector256.Create(options.Epsilon);
            Vector256<float> size = Vector256.Create(_stepSize), keep = Vector256.Create(decay);
            for (var i = 0; i < count; i += Lanes)
            {
                var g = Vector256.Load(gradient + i) * scale;
                var mean = Vector256.Load(m + i) * beta1 + g * rest1;
                var square = Vector256.Load(v + i) * beta2 + g * g * rest2;
                mean.Store(m + i);
                square.Store(v + i);
                var change = size * mean / (Vector256.Sqrt(square) * root + epsilon);
                (Vector256.Load(value + i) * keep - change).Store(value + i);
                Vector256<float>.Zero.Store(gradient + i);
            }
        }
    }
}
