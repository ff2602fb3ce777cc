namespace Archer.Policy.Tensors.Kernels;

/// <summary>Causal attention of consecutive positions of one sequence, one head. Acting and learning both come through here.</summary>
internal static unsafe class AttentionKernel
{
    public const int TileRows = TileShape.MaxRows;

    /// <summary>Scores of a tile, padded so that whole panels can be written.</summary>
    public static int Padded(int positions) => (positions + TileShape.PanelColumns - 1) & -TileShape.PanelColumns;

    /// <summary>
    /// Row i (of at most <see cref="TileRows"/>) sees the first <paramref name="visible"/> + i positions.
    /// </summary>
    /// <param name="queries">[rows, D], turned to their positions.</param>
    /// <param name="keys">Packed [D, positions], turned.</param>
    /// <param name="values">[positions, D].</param>
    /// <param name="visible">Positions that row 0 sees.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="scale">1 / sqrt(D).</param>
    /// <param name="scores">Scratch: rows × <see cref="Padded"/>(visible + rows - 1).</param>
    /// <param name="result">[rows, D], overwritten.</param>
    /// <param name="resultRow">Row stride of the result.</param>
    public static void Tile(
        in LeftMatrix queries, in RightMatrix keys, in RightMatrix values, int visible, int rows, float scale, float* scores,
        float* result, nint resultRow)
    {
        var positions = visible + rows - 1;
        var padded = Padded(positions);
        Gemm.Multiply(queries, keys.Upper(keys.Depth, padded), Seed.Zero, scores, padded, rows);
        var sums = stackalloc float[TileRows];
        for (var i = 0; i < rows; i++)
        {
            sums[i] = SoftmaxKernel.Exponentials(scores + (nint)i * padded, visible + i, padded, scale);
        }

        Gemm.Multiply(new LeftMatrix(scores, padded), values.Upper(positions, values.Columns), Seed.Zero, result, resultRow, rows);
        for (var i = 0; i < rows; i++)
        {
            RowKernels.Scale(result + i * resultRow, 1f / sums[i], values.Columns);
        }
    }

    /// <summary>Whether <see cref="Row"/> can take a layer of these heads.</summary>
    public static bool HasRow(int heads, int headSize) =>
        headSize % TileShape.PanelColumns == 0 && heads * headSize % (TileShape.PanelColumns * HeadTiles.Panels) == 0;

    /// <summary>
    /// One row, all heads of a layer: the same bits as <see cref="Tile"/> head by head, but the values of all heads are read in one sweep.
    /// </summary>
    /// <param name="queries">[H · D], turned.</param>
    /// <param name="keys">Packed keys [D, positions] of the first key-value head.</param>
    /// <param name="keyHead">Floats from the keys of a head to those of the next.</param>
    /// <param name="values">[positions, key-value heads · D].</param>
    /// <param name="heads">H.</param>
    /// <param name="group">Query heads per key-value head.</param>
    /// <param name="positions">Positions that the row sees.</param>
    /// <param name="scores">Scratch: H × <see cref="Padded"/>(positions).</param>
    /// <param name="result">[H · D], overwritten.</param>
    public static void Row(
        float* queries, in RightMatrix keys, nint keyHead, float* values, int heads, int group, int positions, float* scores, float* result)
    {
        int padded = Padded(positions), size = keys.Depth, panels = heads * size / TileShape.PanelColumns;
        var sums = stackalloc float[heads];
        float** weightsOf = stackalloc float*[panels], valuesOf = stackalloc float*[panels];
        for (int head = 0, panel = 0; head < heads; head++)
        {
            var line = scores + (nint)head * padded;
            RightMatrix own = new(keys.Data + head / group * keyHead, size, padded, keys.Step, keys.Panel, keys.Block, 0);
            Gemm.Multiply(new LeftMatrix(queries + head * size, size), own, Seed.Zero, line, padded, 1);
            sums[head] = SoftmaxKernel.Exponentials(line, positions, padded, 1f / MathF.Sqrt(size));
            for (var column = 0; column < size; column += TileShape.PanelColumns, panel++)
            {
                weightsOf[panel] = line;
                valuesOf[panel] = values + head / group * size + column;
            }
        }
        nint step = heads / group * size;
        for (var panel = 0; panel < panels; panel += HeadTiles.Panels)
        {
            HeadTiles.Run(weightsOf + panel, valuesOf + panel, step, positions, result + panel * TileShape.PanelColumns);
        }

        for (var head = 0; head < heads; head++)
        {
            RowKernels.Scale(result + head * size, 1f / sums[head], size);
        }
    }
}
