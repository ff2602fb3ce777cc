using TorchSharp;

namespace Archer.Policy.Tensors.Torch;

/// <summary>
/// Cosines and sines of the rotary embedding [positions, D/2] on a device, computed in float64 as the managed kernels do.
/// Source: arXiv 2104.09864; angle = position · theta^(-2i/D), halves paired as in Hugging Face.
/// </summary>
internal sealed class RotaryAngles : IDisposable
{
    private readonly torch.Tensor cosines;
    private readonly torch.Tensor sines;
    private readonly int half;

    public RotaryAngles(AttentionShape shape, torch.Device device)
    {
        half = shape.HeadSize / 2;
        float[] cos = new float[(long)shape.MaxPositions * half], sin = new float[cos.Length];
        for (int i = 0; i < half; i++)
        {
            double frequency = Math.Pow(shape.RopeTheta, -2.0 * i / shape.HeadSize);
            for (int position = 0; position < shape.MaxPositions; position++)
            {
                cos[position * half + i] = (float)Math.Cos(position * frequency);
                sin[position * half + i] = (float)Math.Sin(position * frequency);
            }
        }
        cosines = torch.tensor(cos, [shape.MaxPositions, 1, half], device: device).DetachFromDisposeScope();
        sines = torch.tensor(sin, [shape.MaxPositions, 1, half], device: device).DetachFromDisposeScope();
    }

    /// <summary>x [S, L, H, D] turned by the angles of positions 0 … L − 1.</summary>
    public torch.Tensor Rotate(torch.Tensor x)
    {
        long length = x.shape[1];
        torch.Tensor cos = cosines.narrow(0, 0, length), sin = sines.narrow(0, 0, length);
        torch.Tensor a = x.narrow(-1, 0, half), b = x.narrow(-1, half, half);
        return torch.cat([a * cos - b * sin, b * cos + a * sin], -1);
    }

    public void Dispose()
    {
        cosines.Dispose();
        sines.Dispose();
    }
}
