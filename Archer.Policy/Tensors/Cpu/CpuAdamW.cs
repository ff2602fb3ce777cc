using System.Runtime.Intrinsics;
using Archer.Policy.Tensors.Kernels;

namespace Archer.Policy.Tensors.Cpu;

/// <summary>AdamW over native memory: clipping, moments, update and clearing of the gradient in one pass.</summary>
internal sealed unsafe class CpuAdamW : IOptimizer
{
    private const int Lanes = 8;
    private readonly CpuParameterSet parameters;
    private readonly AdamWOptions options;
    private readonly NativeBuffer first;
    private readonly NativeBuffer second;

    public CpuAdamW(CpuParameterSet parameters, AdamWOptions options)
    {
        if (!parameters.Trainable)
            throw new ArgumentException("The parameters take no gradient.", nameof(parameters));
        this.parameters = parameters;
        this.options = options;
        first = new NativeBuffer(parameters.Length);
        second = new NativeBuffer(parameters.Length);
    }

    public ParameterSet Parameters => parameters;

    public long Steps { get; private set; }

    public float Step(float? learningRate = null)
    {
        float norm = GradientNorm();
        if (!float.IsFinite(norm))
        {
            parameters.ClearGradients();
            throw new ArithmeticException($"The gradient norm is {norm} at step {Steps + 1}: no update was made.");
        }
        Steps++;
        float clip = options.ClipNorm > 0 && norm > options.ClipNorm ? options.ClipNorm / norm : 1f;
        float rate = learningRate ?? options.LearningRate;
        var update = new Update(options, rate, clip, Steps);
        foreach (Parameter parameter in parameters)
        {
            long offset = OffsetOf(parameter);
            float decay = parameter.Shape.Count == 2 ? 1f - rate * options.WeightDecay : 1f;
            int padded = (parameter.Count + 15) & ~15;
            update.Apply(parameters.Values + offset, parameters.Gradients + offset, first.Pointer + offset, second.Pointer + offset, padded, decay);
        }
        return norm;
    }

    public ReadOnlySpan<float> FirstMoment(string parameter) => Moment(first, parameter);

    public ReadOnlySpan<float> SecondMoment(string parameter) => Moment(second, parameter);

    public void RestoreMoments(string parameter, ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        Span<float> m = Moment(this.first, parameter), v = Moment(this.second, parameter);
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
        first.Dispose();
        second.Dispose();
    }

    private float GradientNorm()
    {
        double sum = 0;
        foreach (Parameter parameter in parameters)
        {
            float* gradient = parameters.Gradients + OffsetOf(parameter);
            sum += RowKernels.Dot(gradient, gradient, parameter.Count);
        }
        return (float)Math.Sqrt(sum);
    }

    private long OffsetOf(Parameter parameter) => ((CpuTensor)parameter.Tensor).Data - parameters.Values;

    private Span<float> Moment(NativeBuffer moment, string parameter)
    {
        var tensor = (CpuTensor)parameters[parameter];
        return moment.Span.Slice((int)(tensor.Data - parameters.Values), tensor.Count);
    }

    /// <summary>The constants of one update.</summary>
    private readonly struct Update(AdamWOptions options, float rate, float clip, long step)
    {
        private readonly float stepSize = (float)(rate / (1 - Math.Pow(options.Beta1, step)));
        private readonly float rootScale = (float)(1 / Math.Sqrt(1 - Math.Pow(options.Beta2, step)));

        public void Apply(float* value, float* gradient, float* m, float* v, int count, float decay)
        {
            Vector256<float> beta1 = Vector256.Create(options.Beta1), beta2 = Vector256.Create(options.Beta2);
            Vector256<float> rest1 = Vector256.Create(1f - options.Beta1), rest2 = Vector256.Create(1f - options.Beta2);
            Vector256<float> scale = Vector256.Create(clip), root = Vector256.Create(rootScale), epsilon = Vector256.Create(options.Epsilon);
            Vector256<float> size = Vector256.Create(stepSize), keep = Vector256.Create(decay);
            for (int i = 0; i < count; i += Lanes)
            {
                Vector256<float> g = Vector256.Load(gradient + i) * scale;
                Vector256<float> mean = Vector256.Load(m + i) * beta1 + g * rest1;
                Vector256<float> square = Vector256.Load(v + i) * beta2 + g * g * rest2;
                mean.Store(m + i);
                square.Store(v + i);
                Vector256<float> change = size * mean / (Vector256.Sqrt(square) * root + epsilon);
                (Vector256.Load(value + i) * keep - change).Store(value + i);
                Vector256<float>.Zero.Store(gradient + i);
            }
        }
    }
}
