using Archer.Policy.Tensors.Kernels;
using static Archer.Policy.Tensors.TensorArguments;

namespace Archer.Policy.Tensors.Cpu;

/// <content>Terms over softmax distributions; each gives one number per row of logits [R, V].</content>
internal sealed unsafe partial class CpuBackend
{
    public Tensor SelectLogProbabilities(Tensor logits, ReadOnlySpan<int> targets)
    {
        RequireTargets(logits, targets);
        var x = Own(logits);
        var chosen = targets.ToArray();
        return OfRows(
            x,
            (row, line, logSumExp) => line[chosen[row]] - logSumExp,
            (row, line, p, logSumExp, value, slope, target) =>
            {
                RowKernels.AddScaled(p, -slope, target, x.Columns);
                target[chosen[row]] += slope;
            });
    }

    public Tensor Entropy(Tensor logits)
    {
        var x = Own(logits);
        var columns = x.Columns;
        return OfRows(
            x,
            (row, line, logSumExp) => logSumExp - Expectation(line, logSumExp, line, columns),
            (row, line, p, logSumExp, value, slope, target) =>
            {
                RowKernels.AddProduct(p, line, -slope, target, columns);
                RowKernels.AddScaled(p, slope * (logSumExp - value), target, columns);
            });
    }

    public Tensor KullbackLeibler(Tensor logits, Tensor reference)
    {
        CpuTensor x = Own(logits), other = Own(reference);
        var columns = x.Columns;
        RequireShape(other, x.Rows, columns, "reference");
        float* sums = _arena.Allocate(x.Rows), q = other.Data;
        return OfRows(
            x,
            (row, line, logSumExp) =>
            {
                var second = q + (nint)row * columns;
                sums[row] = SoftmaxKernel.LogSumExp(second, columns);
                return Expectation(line, logSumExp, line, columns) - Expectation(line, logSumExp, second, columns) - logSumExp + sums[row];
            },
            (row, line, p, logSumExp, value, slope, target) =>
            {
                RowKernels.AddProduct(p, line, slope, target, columns);
                RowKernels.AddProduct(p, q + (nint)row * columns, -slope, target, columns);
                RowKernels.AddScaled(p, slope * (sums[row] - logSumExp - value), target, columns);
            });
    }

    public Tensor CrossEntropy(Tensor logits, Tensor probabilities)
    {
        CpuTensor x = Own(logits), labels = Own(probabilities);
        var columns = x.Columns;
        RequireShape(labels, x.Rows, columns, "probabilities");
        float* given = labels.Data, masses = _arena.Allocate(x.Rows);
        return OfRows(
            x,
            (row, line, logSumExp) =>
            {
                var label = given + (nint)row * columns;
                masses[row] = 0f;
                for (var v = 0; v < columns; v++)
                {
                    masses[row] += label[v];
                }

                return masses[row] * logSumExp - RowKernels.Dot(label, line, columns);
            },
            (row, line, p, logSumExp, value, slope, target) =>
            {
                RowKernels.AddScaled(p, slope * masses[row], target, columns);
                RowKernels.AddScaled(given + (nint)row * columns, -slope, target, columns);
            });
    }

    private delegate float RowValue(int row, float* logits, float logSumExp);

    private delegate void RowSlope(int row, float* logits, float* probabilities, float logSumExp, float value, float slope, float* target);

    private CpuTensor OfRows(CpuTensor x, RowValue value, RowSlope backward)
    {
        var columns = x.Columns;
        var result = New(x.Rows, 1, Records(x));
        float* sums = _arena.Allocate(x.Rows), logits = x.Data, output = result.Data;
        ForRows(x.Rows, 8L * columns, (from, to) =>
        {
            for (var row = from; row < to; row++)
            {
                var line = logits + (nint)row * columns;
                sums[row] = SoftmaxKernel.LogSumExp(line, columns);
                output[row] = value(row, line, sums[row]);
            }
        });
        if (result.RequiresGradient)
        {
            Record(result, () => OfRowsBackward(x, result, sums, backward));
        }

        return result;
    }

    private void OfRowsBackward(CpuTensor x, CpuTensor result, float* sums, RowSlope backward)
    {
        var columns = x.Columns;
        float* logits = x.Data, target = SlopeOf(x), slope = result.Slope, values = result.Data;
        ForRows(x.Rows, 8L * columns, (from, to) =>
        {
            var p = stackalloc float[columns];
            for (var row = from; row < to; row++)
            {
                var line = (nint)row * columns;
                SoftmaxKernel.Probabilities(logits + line, sums[row], p, columns);
                backward(row, logits + line, p, sums[row], values[row], slope[row], target + line);
            }
        });
    }

    /// <summary>Σ softmax(logits) · x</summary>
    private static float Expectation(float* logits, float logSumExp, float* x, int columns)
    {
        var p = stackalloc float[columns];
        SoftmaxKernel.Probabilities(logits, logSumExp, p, columns);
        return RowKernels.Dot(p, x, columns);
    }
}
