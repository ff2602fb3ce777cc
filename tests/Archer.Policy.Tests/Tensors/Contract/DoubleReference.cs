namespace Archer.Policy.Tests.Tensors.Contract;

/// <summary>The operations in float64, written from their definitions without regard to speed.</summary>
internal static class DoubleReference
{
    public static double[] Linear(double[] x, double[] w, int inputs, int outputs)
    {
        var rows = x.Length / inputs;
        var y = new double[rows * outputs];
        for (var r = 0; r < rows; r++)
        {
            for (var o = 0; o < outputs; o++)
            {
                for (var i = 0; i < inputs; i++)
                {
                    y[r * outputs + o] += x[r * inputs + i] * w[o * inputs + i];
                }
            }
        }

        return y;
    }

    public static double[] RmsNorm(double[] x, double[] gain, double epsilon)
    {
        var columns = gain.Length;
        var y = new double[x.Length];
        for (var r = 0; r < x.Length / columns; r++)
        {
            var row = x[(r * columns)..((r + 1) * columns)];
            var root = Math.Sqrt(row.Select(v => v * v).Average() + epsilon);
            for (var c = 0; c < columns; c++)
            {
                y[r * columns + c] = gain[c] * row[c] / root;
            }
        }
        return y;
    }

    public static double Silu(double g) => g / (1 + Math.Exp(-g));

    public static double[] Softmax(IEnumerable<double> logits)
    {
        double[] row = [.. logits];
        var max = row.Max();
        var sum = row.Sum(v => Math.Exp(v - max));
        return [.. row.Select(v => Math.Exp(v - max) / sum)];
    }

    public static double[] PerRow(double[] x, int columns, Func<int, double[], double> term) =>
        [.. Enumerable.Range(0, x.Length / columns).Select(r => term(r, x[(r * columns)..((r + 1) * columns)]))];

    public static double[] Attention(double[] q, double[] k, double[] v, int[] lengths, int heads, int keyHeads, int size, double theta)
    {
        int queryWidth = heads * size, keyWidth = keyHeads * size, start = 0;
        var y = new double[q.Length];
        foreach (var length in lengths)
        {
            for (var h = 0; h < heads; h++)
            {
                var g = h / (heads / keyHeads);
                for (var i = 0; i < length; i++)
                {
                    var query = Rotate(q, (start + i) * queryWidth + h * size, size, i, theta);
                    var p = Softmax(Enumerable.Range(0, i + 1).Select(j =>
                        Rotate(k, (start + j) * keyWidth + g * size, size, j, theta).Zip(query, (a, b) => a * b).Sum() / Math.Sqrt(size)));
                    for (var j = 0; j <= i; j++)
                    {
                        for (var d = 0; d < size; d++)
                        {
                            y[(start + i) * queryWidth + h * size + d] += p[j] * v[(start + j) * keyWidth + g * size + d];
                        }
                    }
                }
            }
            start += length;
        }
        return y;
    }

    private static double[] Rotate(double[] x, int offset, int size, int position, double theta)
    {
        var y = new double[size];
        for (var i = 0; i < size / 2; i++)
        {
            double angle = position * Math.Pow(theta, -2.0 * i / size), a = x[offset + i], b = x[offset + i + size / 2];
            y[i] = a * Math.Cos(angle) - b * Math.Sin(angle);
            y[i + size / 2] = a * Math.Sin(angle) + b * Math.Cos(angle);
        }
        return y;
    }
}
