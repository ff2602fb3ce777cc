using System.Runtime.Intrinsics;

namespace Archer.Policy.Tensors.Kernels;

/// <summary>
/// Cosines and sines of the rotary embedding for positions 0 … count-1, halves paired as in Hugging Face (element i with i + D/2).
/// Source: arXiv 2104.09864; angle = position · theta^(-2i/D).
/// </summary>
internal sealed unsafe class RotaryTable : IDisposable
{
    private const int Lanes = 8;
    private readonly NativeBuffer _table;
    private readonly int _half;

    public RotaryTable(int positions, int headSize, double theta)
    {
        Positions = positions;
        _half = headSize / 2;
        _table = new NativeBuffer((long)positions * headSize);
        for (var i = 0; i < _half; i++)
        {
            var frequency = Math.Pow(theta, -2.0 * i / headSize);
            for (var position = 0; position < positions; position++)
            {
                var angle = position * frequency;
                _table.Pointer[position * headSize + i] = (float)Math.Cos(angle);
                _table.Pointer[position * headSize + _half + i] = (float)Math.Sin(angle);
            }
        }
    }

    public int Positions { get; }

    /// <summary>y = x turned by its position's angles.</summary>
    public void Rotate(float* x, float* y, int position)
    {
        var cos = _table.Pointer + (nint)position * 2 * _half;
        var sin = cos + _half;
        var i = 0;
        for (; i <= _half - Lanes; i += Lanes)
        {
            Vector256<float> a = Vector256.Load(x + i), b = Vector256.Load(x + _half + i), c = Vector256.Load(cos + i), s = Vector256.Load(sin + i);
            (a * c - b * s).Store(y + i);
            (b * c + a * s).Store(y + _half + i);
        }
        for (; i < _half; i++)
        {
            float a = x[i], b = x[i + _half];
            y[i] = a * cos[i] - b * sin[i];
            y[i + _half] = b * cos[i] + a * sin[i];
        }
    }

    /// <summary>y += x turned back: the gradient of <see cref="Rotate"/>.</summary>
    public void AddRotatedBack(float* x, float* y, int position)
    {
        var cos = _table.Pointer + (nint)position * 2 * _half;
        var sin = cos + _half;
        var i = 0;
        for (; i <= _half - Lanes; i += Lanes)
        {
            Vector256<float> a = Vector256.Load(x + i), b = Vector256.Load(x + _half + i), c = Vector256.Load(cos + i), s = Vector256.Load(sin + i);
            (Vector256.Load(y + i) + (a * c + b * s)).Store(y + i);
            (Vector256.Load(y + _half + i) + (b * c - a * s)).Store(y + _half + i);
        }
        for (; i < _half; i++)
        {
            float a = x[i], b = x[i + _half];
            y[i] += a * cos[i] + b * sin[i];
            y[i + _half] += b * cos[i] - a * sin[i];
        }
    }

    public void Dispose() => _table.Dispose();
}
