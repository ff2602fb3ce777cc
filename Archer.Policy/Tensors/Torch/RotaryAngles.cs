using TorchSharp;

namespace Archer.Policy.Tensors.Torch;

/// <summary>
/// Cosines and sines of the rotary embedding [positions, D/2] on a device, computed in float64 as the managed kernels do.
/// Source: arXiv 2104.09864; angle = position · theta^(-2i/D), halves paired as in Hugging Face.
/// </summary>
internal sealed class RotaryAngles : IDisposable
{
    private readonly torch.Tensor _cosines;
    private readonly torch.Tensor _sines;
    private readonly int _half;

    public RotaryAngles(AttentionShape shape, torch.Device device)
    {
        _half = shape.HeadSize / 2;
        float[] cos = new float[(long)shape.MaxPositions * _half], sin = new float[cos.Length];
        for (var i = 0; i < _half; i++)
        {
            var frequency = Math.Pow(shape.RopeTheta, -2.0 * i / shape.HeadSize);
            for (var position = 0; position < shape.MaxPositions; position++)
            {
                cos[position * _half + i] = (float)Math.Cos(position * frequency);
                sin[position * _half + i] = (float)Math.Sin(position * frequency);
            }
        }
        _cosines = torch.tensor(cos, [shape.MaxPositions, 1, _half], device: device).DetachFromDisposeScope();
        _sines = torch.tensor(sin, [shape.MaxPositions, 1, _half], device: device).DetachFromDisposeScope();
    }

    /// <summary>x [S, L, H, D] turned by the angles of positions 0 … L − 1.</summary>
    public torch.Tensor Rotate(torch.Tensor x)
    {
        var length = x.shape[1];
        torch.Tensor cos = _cosines.narrow(0, 0, length), sin = _sines.narrow(0, 0, length);
        torch.Tensor a = x.narrow(-1, 0, _half), b = x.narrow(-1, _half, _half);
        return torch.cat([a * cos - b * sin, b * cos + a * sin], -1);
    }

    public void Dispose()
    {
        _cosines.Dispose();
        _sines.Dispose();
    }
}
