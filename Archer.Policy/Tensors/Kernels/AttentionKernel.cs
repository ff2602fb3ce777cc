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
        in LeftMatrix queries, in RightMatrix keys, in RightMatrix values, int visible, int rows, float scale, float* scores, float* result, nint resultRow)
    {
        int positions = visible + rows - 1;
        int padded = Padded(positions);
        Gemm.Multiply(queries, keys.Upper(keys.Depth, padded), Seed.Zero, scores, padded, rows);
        float* sums = stackalloc float[TileRows];
        for (int i = 0; i < rows; i++)
            sums[i] = SoftmaxKernel.Exponentials(scores + (nint)i * padded, visible + i, padded, scale);
        Gemm.Multiply(new LeftMatrix(scores, padded), values.Upper(positions, values.Columns), Seed.Zero, result, resultRow, rows);
        for (int i = 0; i < rows; i++)
            RowKernels.Scale(result + i * resultRow, 1f / sums[i], values.Columns);
    }
}
