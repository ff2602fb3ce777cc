namespace Archer.Policy.Tensors.Kernels;

/// <summary>
/// Copies matrices into the order in which tiles read them: [depth block][panel of 16 columns][k][16], the last panel padded with zeros.
/// </summary>
internal static unsafe class Packing
{
    private const int MaxBlock = 256;
    private const int Panel = TileShape.PanelColumns;

    public static int Panels(int columns) => (columns + Panel - 1) / Panel;

    /// <summary>Floats that a packed [depth, columns] matrix takes.</summary>
    public static long Size(int depth, int columns) => (long)Blocks(depth) * Block(depth) * Panels(columns) * Panel;

    public static RightMatrix Describe(float* packed, int depth, int columns)
    {
        var block = Block(depth);
        return new(packed, depth, columns, Panel, (nint)block * Panel, block, (nint)block * Panel * Panels(columns));
    }

    /// <summary>
    /// Packs the transpose of <paramref name="count"/> rows (as long as the target is deep) as columns of a packed matrix,
    /// from <paramref name="firstColumn"/> on: a weight [out, in] becomes the right operand [in, out]. Column padding must be zero already.
    /// </summary>
    public static void Transposed(float* rows, nint rowStride, int count, in RightMatrix target, int firstColumn = 0)
    {
        for (var i = 0; i < count; i++)
        {
            var source = rows + i * rowStride;
            var column = firstColumn + i;
            var column0 = target.Data + column / Panel * target.Panel + column % Panel;
            for (var start = 0; start < target.Depth; start += target.Block, column0 += target.BlockStride)
            {
                var end = Math.Min(start + target.Block, target.Depth);
                var write = column0;
                for (var k = start; k < end; k++, write += Panel)
                {
                    *write = source[k];
                }
            }
        }
    }

    private static int Blocks(int depth) => Math.Max(1, (depth + MaxBlock - 1) / MaxBlock);

    private static int Block(int depth) => (depth + Blocks(depth) - 1) / Blocks(depth);
}
