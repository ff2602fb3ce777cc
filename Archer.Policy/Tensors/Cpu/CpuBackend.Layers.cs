using Archer.Policy.Tensors.Kernels;
using static Archer.Policy.Tensors.TensorArguments;

namespace Archer.Policy.Tensors.Cpu;

/// <content>What a decoder layer is made of, except attention.</content>
internal sealed unsafe partial class CpuBackend
{
    public Tensor Linear(Tensor x, Tensor weight, Tensor? bias = null, Tensor? residual = null)
    {
        RequireLinear(x, weight, bias, residual);
        CpuTensor input = Own(x), matrix = Own(weight);
        CpuTensor? offset = bias is null ? null : Own(bias), stream = residual is null ? null : Own(residual);
        var records = Records(input) || Records(matrix) || (offset is not null && Records(offset)) || (stream is not null && Records(stream));
        var result = New(input.Rows, matrix.Rows, records);
        var seed = offset is not null ? Seed.Bias(offset.Data) : stream is not null ? Seed.Matrix(stream.Data, stream.Columns) : Seed.Zero;
        Multiply(new LeftMatrix(input.Data, input.Columns), Pack(matrix), seed, result.Data, result.Columns, result.Rows);
        if (records)
        {
            Record(result, () => LinearBackward(result, input, matrix, offset, stream));
        }

        return result;
    }

    public Tensor RmsNorm(Tensor x, Tensor gain, float epsilon)
    {
        CpuTensor input = Own(x), scale = Own(gain);
        var columns = input.Columns;
        RequireShape(scale, 1, columns, "gain");
        var result = New(input.Rows, columns, Records(input) || Records(scale));
        float* factors = _arena.Allocate(input.Rows), source = input.Data, target = result.Data, gains = scale.Data;
        ForRows(input.Rows, columns, (from, to) =>
        {
            for (nint row = from; row < to; row++)
            {
                factors[row] = RowKernels.RmsNorm(source + row * columns, gains, target + row * columns, columns, epsilon);
            }
        });
        if (result.RequiresGradient)
        {
            Record(result, () => RmsNormBackward(result, input, scale, factors));
        }

        return result;
    }

    public Tensor SwiGlu(Tensor gate, Tensor up)
    {
        CpuTensor left = Own(gate), right = Own(up);
        RequireShape(right, left.Rows, left.Columns, "up");
        var result = New(left.Rows, left.Columns, Records(left) || Records(right));
        var columns = left.Columns;
        float* g = left.Data, u = right.Data, y = result.Data;
        ForRows(left.Rows, columns * 4, (from, to) =>
        {
            var first = (nint)from * columns;
            RowKernels.SwiGlu(g + first, u + first, y + first, (to - from) * columns);
        });
        if (result.RequiresGradient)
        {
            Record(result, () =>
            {
                float* dg = SlopeOf(left), du = SlopeOf(right), dy = result.Slope;
                ForRows(left.Rows, columns * 4, (from, to) => GradientKernels.SwiGlu(g, u, dy, dg, du, (nint)from * columns, (nint)to * columns));
            });
        }
        return result;
    }

    public Tensor Embedding(Tensor table, ReadOnlySpan<int> ids)
    {
        RequireIndices(ids, table.Rows, "token");
        return Gather(Own(table), ids);
    }

    public Tensor GatherRows(Tensor x, ReadOnlySpan<int> rows)
    {
        RequireIndices(rows, x.Rows, "row");
        return Gather(Own(x), rows);
    }

    private CpuTensor Gather(CpuTensor source, ReadOnlySpan<int> rows)
    {
        var columns = source.Columns;
        var result = New(rows.Length, columns, Records(source));
        for (var i = 0; i < rows.Length; i++)
        {
            new ReadOnlySpan<float>(source.Data + (nint)rows[i] * columns, columns).CopyTo(new Span<float>(result.Data + (nint)i * columns, columns));
        }

        if (result.RequiresGradient)
        {
            var kept = rows.ToArray();
            Record(result, () =>
            {
                var slope = SlopeOf(source);
                for (var i = 0; i < kept.Length; i++)
                {
                    RowKernels.AddScaled(result.Slope + (nint)i * columns, 1f, slope + (nint)kept[i] * columns, columns);
                }
            });
        }
        return result;
    }

    private void LinearBackward(CpuTensor result, CpuTensor input, CpuTensor matrix, CpuTensor? offset, CpuTensor? stream)
    {
        int inputs = input.Columns, outputs = matrix.Rows, rows = input.Rows;
        var slope = result.Slope;
        if (input.RequiresGradient)
        {
            var fresh = input.Slope == null;
            if (fresh)
            {
                input.AdoptSlope(_arena.Allocate(input.Count));
            }

            var seed = fresh ? Seed.Zero : Seed.Matrix(input.Slope, inputs);
            Multiply(new LeftMatrix(slope, outputs), RightMatrix.InPlace(matrix.Data, outputs, inputs, inputs), seed, input.Slope, inputs, rows);
        }
        if (matrix.RequiresGradient)
        {
            var gradient = SlopeOf(matrix);
            var right = RightMatrix.InPlace(input.Data, rows, inputs, inputs);
            Multiply(new LeftMatrix(slope, 1, outputs), right, Seed.Matrix(gradient, inputs), gradient, inputs, outputs);
        }
        if (offset is { RequiresGradient: true })
        {
            var gradient = SlopeOf(offset);
            for (nint row = 0; row < rows; row++)
            {
                RowKernels.AddScaled(slope + row * outputs, 1f, gradient, outputs);
            }
        }
        if (stream is { RequiresGradient: true })
        {
            GiveSlope(stream, slope);
        }
    }

    private void RmsNormBackward(CpuTensor result, CpuTensor input, CpuTensor gain, float* factors)
    {
        int columns = input.Columns, rows = input.Rows;
        float* x = input.Data, g = gain.Data, dy = result.Slope;
        if (input.RequiresGradient)
        {
            var dx = SlopeOf(input);
            ForRows(rows, columns * 2, (from, to) =>
            {
                for (nint row = from; row < to; row++)
                {
                    GradientKernels.RmsNorm(x + row * columns, g, dy + row * columns, factors[row], dx + row * columns, columns);
                }
            });
        }
        if (gain.RequiresGradient)
        {
            var dg = SlopeOf(gain);
            for (nint row = 0; row < rows; row++)
            {
                RowKernels.AddProduct(x + row * columns, dy + row * columns, factors[row], dg, columns);
            }
        }
    }

    private RightMatrix Pack(CpuTensor weight)
    {
        var size = Packing.Size(weight.Columns, weight.Rows);
        var memory = _packing.Take(size);
        new Span<float>(memory, checked((int)size)).Clear();
        var packed = Packing.Describe(memory, weight.Columns, weight.Rows);
        Packing.Transposed(weight.Data, weight.Columns, weight.Rows, packed);
        return packed;
    }
}
