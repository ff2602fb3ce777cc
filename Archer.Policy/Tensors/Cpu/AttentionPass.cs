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
    private readonly int _headSize = shape.HeadSize;
    private readonly int _group = shape.Heads / shape.KeyValueHeads;
    private readonly nint _queryWidth = shape.Heads * shape.HeadSize;
    private readonly nint _keyWidth = shape.KeyValueHeads * shape.HeadSize;
    private readonly float _scale = 1f / MathF.Sqrt(shape.HeadSize);
    private readonly int _longest = AttentionKernel.Padded(tokens.MaxSequence);

    public int Parts => tokens.SequenceCount * shape.KeyValueHeads;

    /// <summary>Keys in panels, a tile of queries, its scores.</summary>
    public long ForwardScratch => Rounded((long)_longest * _headSize + ForwardTile * (_headSize + _longest));

    /// <summary>
    /// Keys and values in panels, keys and their gradient by row; for a tile: queries, their gradient, probabilities and their gradient.
    /// </summary>
    public long BackwardScratch => Rounded(4L * _longest * _headSize + BackwardTile * 2L * (_headSize + _longest));

    public void Forward(int part, float* output, float* scratch)
    {
        (var start, var length, var head) = Locate(part);
        float* panels = scratch, tile = panels + (nint)_longest * _headSize, scores = tile + ForwardTile * _headSize;
        var keys = Panels(panels);
        var row = tile;
        for (var i = 0; i < length; i++)
        {
            rotary.Rotate(k + (start + i) * _keyWidth + head * _headSize, row, tokens.Positions[start + i]);
            WritePanel(panels, i, row);
        }
        RightMatrix values = new(v + start * _keyWidth + head * _headSize, length, _headSize, _keyWidth, TileShape.PanelColumns, length, 0);
        for (var h = head * _group; h < (head + 1) * _group; h++)
        {
            for (var i = 0; i < length; i += ForwardTile)
            {
                var rows = Math.Min(ForwardTile, length - i);
                RotateQueries(start + i, rows, h, tile);
                var target = output + (start + i) * _queryWidth + h * _headSize;
                AttentionKernel.Tile(new LeftMatrix(tile, _headSize), keys, values, i + 1, rows, _scale, scores, target, _queryWidth);
            }
        }
    }

    public void Backward(int part, float* slope, float* dq, float* dk, float* dv, float* scratch)
    {
        (var start, var length, var head) = Locate(part);
        var memory = new BackwardMemory(scratch, (nint)_longest * _headSize, _headSize);
        new Span<float>(scratch, 4 * _longest * _headSize).Clear();
        for (var i = 0; i < length; i++)
        {
            rotary.Rotate(k + (start + i) * _keyWidth + head * _headSize, memory.Keys + i * _headSize, tokens.Positions[start + i]);
            WritePanel(memory.KeyPanels, i, memory.Keys + i * _headSize);
            WritePanel(memory.ValuePanels, i, v + (start + i) * _keyWidth + head * _headSize);
        }
        var dvHead = dv + start * _keyWidth + head * _headSize;
        for (var h = head * _group; h < (head + 1) * _group; h++)
        {
            for (var i = 0; i < length; i += BackwardTile)
            {
                BackwardRows(start, i, Math.Min(BackwardTile, length - i), h, slope, dq, dvHead, memory);
            }
        }

        for (var i = 0; i < length; i++)
        {
            rotary.AddRotatedBack(memory.KeySlopes + i * _headSize, dk + (start + i) * _keyWidth + head * _headSize, tokens.Positions[start + i]);
        }
    }

    private void BackwardRows(int start, int first, int rows, int head, float* slope, float* dq, float* dv, in BackwardMemory memory)
    {
        int positions = first + rows, padded = AttentionKernel.Padded(positions);
        float* p = memory.Scores, ds = p + (nint)BackwardTile * padded;
        var given = slope + (start + first) * _queryWidth + head * _headSize;
        RotateQueries(start + first, rows, head, memory.Queries);
        Gemm.Multiply(new LeftMatrix(memory.Queries, _headSize), Panels(memory.KeyPanels).Upper(_headSize, padded), Seed.Zero, p, padded, rows);
        Gemm.Multiply(new LeftMatrix(given, _queryWidth), Panels(memory.ValuePanels).Upper(_headSize, padded), Seed.Zero, ds, padded, rows);
        for (var i = 0; i < rows; i++)
        {
            ScoreSlopes(p + (nint)i * padded, ds + (nint)i * padded, first + i + 1, padded);
        }

        var keys = RightMatrix.InPlace(memory.Keys, positions, _headSize, _headSize);
        Gemm.Multiply(new LeftMatrix(ds, padded), keys, Seed.Zero, memory.QuerySlopes, _headSize, rows);
        for (var i = 0; i < rows; i++)
        {
            var target = dq + (start + first + i) * _queryWidth + head * _headSize;
            rotary.AddRotatedBack(memory.QuerySlopes + i * _headSize, target, tokens.Positions[start + first + i]);
        }
        var queries = RightMatrix.InPlace(memory.Queries, rows, _headSize, _headSize);
        var outputs = RightMatrix.InPlace(given, rows, _headSize, _queryWidth);
        var soFar = Seed.Matrix(memory.KeySlopes, _headSize);
        Gemm.Multiply(new LeftMatrix(ds, 1, padded), queries, soFar, memory.KeySlopes, _headSize, positions);
        Gemm.Multiply(new LeftMatrix(p, 1, padded), outputs, Seed.Matrix(dv, _keyWidth), dv, _keyWidth, positions);
    }

    /// <summary>Scores become probabilities p; their gradient dp becomes the gradient of the scores, scale · p · (dp − Σ p · dp).</summary>
    private void ScoreSlopes(float* p, float* dp, int visible, int padded)
    {
        var sum = SoftmaxKernel.Exponentials(p, visible, padded, _scale);
        RowKernels.Scale(p, 1f / sum, padded);
        var mean = RowKernels.Dot(p, dp, padded);
        Vector256<float> shift = Vector256.Create(mean), factor = Vector256.Create(_scale);
        for (var j = 0; j < padded; j += Vector256<float>.Count)
        {
            (factor * Vector256.Load(p + j) * (Vector256.Load(dp + j) - shift)).Store(dp + j);
        }
    }

    private (int Start, int Length, int Head) Locate(int part)
    {
        var sequence = part / shape.KeyValueHeads;
        var start = tokens.Starts[sequence];
        return (start, tokens.Starts[sequence + 1] - start, part % shape.KeyValueHeads);
    }

    private void RotateQueries(int row, int rows, int head, float* target)
    {
        for (var i = 0; i < rows; i++)
        {
            rotary.Rotate(q + (row + i) * _queryWidth + head * _headSize, target + i * _headSize, tokens.Positions[row + i]);
        }
    }

    private RightMatrix Panels(float* panels) =>
        new(panels, _headSize, _longest, TileShape.PanelColumns, (nint)_headSize * TileShape.PanelColumns, _headSize, 0);

    private void WritePanel(float* panels, int position, float* row)
    {
        var target = panels + (nint)(position / TileShape.PanelColumns) * _headSize * TileShape.PanelColumns + position % TileShape.PanelColumns;
        for (var d = 0; d < _headSize; d++)
        {
            target[d * TileShape.PanelColumns] = row[d];
        }
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
