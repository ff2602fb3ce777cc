using System.Runtime.Intrinsics;
using Archer.Policy.Tensors.Kernels;

namespace Archer.Policy.Tensors.Cpu;

/// <summary>
/// Causal attention of packed sequences and its gradient. A part is one key-value head of one sequence with all query heads that share it, so
/// parts write to
/// different places. Probabilities are computed again in the backward pass instead of being kept.
/// </summary>
internal sealed unsafe class AttentionPass(PackedTokens tokens, AttentionShape shape, RotaryTable rotary, float* q, float* k, float* v)
{
    private const int ForwardTile = AttentionKernel.TileRows;
    private const int BackwardTile = 32;
    private readonly int headSize = shape.HeadSize;
    private readonly int group = shape.Heads / shape.KeyValueHeads;
    private readonly nint queryWidth = shape.Heads * shape.HeadSize;
    private readonly nint keyWidth = shape.KeyValueHeads * shape.HeadSize;
    private readonly float scale = 1f / MathF.Sqrt(shape.HeadSize);
    private readonly int longest = AttentionKernel.Padded(tokens.LongestSequence);

    public int Parts => tokens.SequenceCount * shape.KeyValueHeads;

    /// <summary>Keys in panels, a tile of queries, its scores.</summary>
    public long ForwardScratch => Rounded((long)longest * headSize + ForwardTile * (headSize + longest));

    /// <summary>
    /// Keys and values in panels, keys and their gradient by row; for a tile: queries, their gradient, probabilities and their gradient.
    /// </summary>
    public long BackwardScratch => Rounded(4L * longest * headSize + BackwardTile * 2L * (headSize + longest));

    public void Forward(int part, float* output, float* scratch)
    {
        (int start, int length, int head) = Locate(part);
        float* panels = scratch, tile = panels + (nint)longest * headSize, scores = tile + ForwardTile * headSize;
        RightMatrix keys = Panels(panels);
        float* row = tile;
        for (int i = 0; i < length; i++)
        {
            rotary.Rotate(k + (start + i) * keyWidth + head * headSize, row, tokens.Positions[start + i]);
            WritePanel(panels, i, row);
        }
        RightMatrix values = new(v + start * keyWidth + head * headSize, length, headSize, keyWidth, TileShape.PanelColumns, length, 0);
        for (int h = head * group; h < (head + 1) * group; h++)
            for (int i = 0; i < length; i += ForwardTile)
            {
                int rows = Math.Min(ForwardTile, length - i);
                RotateQueries(start + i, rows, h, tile);
                float* target = output + (start + i) * queryWidth + h * headSize;
                AttentionKernel.Tile(new LeftMatrix(tile, headSize), keys, values, i + 1, rows, scale, scores, target, queryWidth);
            }
    }

    public void Backward(int part, float* slope, float* dq, float* dk, float* dv, float* scratch)
    {
        (int start, int length, int head) = Locate(part);
        var memory = new BackwardMemory(scratch, (nint)longest * headSize, headSize);
        new Span<float>(scratch, 4 * longest * headSize).Clear();
        for (int i = 0; i < length; i++)
        {
            rotary.Rotate(k + (start + i) * keyWidth + head * headSize, memory.Keys + i * headSize, tokens.Positions[start + i]);
            WritePanel(memory.KeyPanels, i, memory.Keys + i * headSize);
            WritePanel(memory.ValuePanels, i, v + (start + i) * keyWidth + head * headSize);
        }
        float* dvHead = dv + start * keyWidth + head * headSize;
        for (int h = head * group; h < (head + 1) * group; h++)
            for (int i = 0; i < length; i += BackwardTile)
                BackwardRows(start, i, Math.Min(BackwardTile, length - i), h, slope, dq, dvHead, memory);
        for (int i = 0; i < length; i++)
            rotary.AddRotatedBack(memory.KeySlopes + i * headSize, dk + (start + i) * keyWidth + head * headSize, tokens.Positions[start + i]);
    }

    private void BackwardRows(int start, int first, int rows, int head, float* slope, float* dq, float* dv, in BackwardMemory memory)
    {
        int positions = first + rows, padded = AttentionKernel.Padded(positions);
        float* p = memory.Scores, ds = p + (nint)BackwardTile * padded;
        float* given = slope + (start + first) * queryWidth + head * headSize;
        RotateQueries(start + first, rows, head, memory.Queries);
        Gemm.Multiply(new LeftMatrix(memory.Queries, headSize), Panels(memory.KeyPanels).Upper(headSize, padded), Seed.Zero, p, padded, rows);
        Gemm.Multiply(new LeftMatrix(given, queryWidth), Panels(memory.ValuePanels).Upper(headSize, padded), Seed.Zero, ds, padded, rows);
        for (int i = 0; i < rows; i++)
            ScoreSlopes(p + (nint)i * padded, ds + (nint)i * padded, first + i + 1, padded);
        RightMatrix keys = RightMatrix.InPlace(memory.Keys, positions, headSize, headSize);
        Gemm.Multiply(new LeftMatrix(ds, padded), keys, Seed.Zero, memory.QuerySlopes, headSize, rows);
        for (int i = 0; i < rows; i++)
        {
            float* target = dq + (start + first + i) * queryWidth + head * headSize;
            rotary.AddRotatedBack(memory.QuerySlopes + i * headSize, target, tokens.Positions[start + first + i]);
        }
        RightMatrix queries = RightMatrix.InPlace(memory.Queries, rows, headSize, headSize);
        RightMatrix outputs = RightMatrix.InPlace(given, rows, headSize, queryWidth);
        Seed soFar = Seed.Matrix(memory.KeySlopes, headSize);
        Gemm.Multiply(new LeftMatrix(ds, 1, padded), queries, soFar, memory.KeySlopes, headSize, positions);
        Gemm.Multiply(new LeftMatrix(p, 1, padded), outputs, Seed.Matrix(dv, keyWidth), dv, keyWidth, positions);
    }

    /// <summary>Scores become probabilities p; their gradient dp becomes the gradient of the scores, scale · p · (dp − Σ p · dp).</summary>
    private void ScoreSlopes(float* p, float* dp, int visible, int padded)
    {
        float sum = SoftmaxKernel.Exponentials(p, visible, padded, scale);
        RowKernels.Scale(p, 1f / sum, padded);
        float mean = RowKernels.Dot(p, dp, padded);
        Vector256<float> shift = Vector256.Create(mean), factor = Vector256.Create(scale);
        for (int j = 0; j < padded; j += Vector256<float>.Count)
            (factor * Vector256.Load(p + j) * (Vector256.Load(dp + j) - shift)).Store(dp + j);
    }

    private (int Start, int Length, int Head) Locate(int part)
    {
        int sequence = part / shape.KeyValueHeads;
        int start = tokens.Starts[sequence];
        return (start, tokens.Starts[sequence + 1] - start, part % shape.KeyValueHeads);
    }

    private void RotateQueries(int row, int rows, int head, float* target)
    {
        for (int i = 0; i < rows; i++)
            rotary.Rotate(q + (row + i) * queryWidth + head * headSize, target + i * headSize, tokens.Positions[row + i]);
    }

    private RightMatrix Panels(float* panels) =>
        new(panels, headSize, longest, TileShape.PanelColumns, (nint)headSize * TileShape.PanelColumns, headSize, 0);

    private void WritePanel(float* panels, int position, float* row)
    {
        float* target = panels + (nint)(position / TileShape.PanelColumns) * headSize * TileShape.PanelColumns + position % TileShape.PanelColumns;
        for (int d = 0; d < headSize; d++)
            target[d * TileShape.PanelColumns] = row[d];
    }

    private static long Rounded(long floats) => (floats + 31) & ~15L;

    private readonly struct BackwardMemory(float* scratch, nint panel, int headSize)
    {
        public readonly float* KeyPanels = scratch;
        public readonly float* ValuePanels = scratch + panel;
        public readonly float* Keys = scratch + 2 * panel;
        public readonly float* KeySlopes = scratch + 3 * panel;
        public readonly float* Queries = scratch + 4 * panel;
        public readonly float* QuerySlopes = scratch + 4 * panel + BackwardTile * headSize;
        public readonly float* Scores = scratch + 4 * panel + 2 * BackwardTile * headSize;
    }
}
