namespace Archer.Policy.Tensors.Kernels;

/// <summary>Left operand: element (i, k) is <c>Data[i * Row + k * Step]</c>; a transposed matrix only swaps the strides.</summary>
internal readonly unsafe struct LeftMatrix(float* data, nint row, nint step = 1)
{
    public readonly float* Data = data;
    public readonly nint Row = row;
    public readonly nint Step = step;
}

/// <summary>Right operand [Depth, Columns]: panels of 16 columns, cut into blocks of <see cref="Block"/> along the depth.</summary>
internal readonly unsafe struct RightMatrix(float* data, int depth, int columns, nint step, nint panel, int block, nint blockStride)
{
    /// <summary>
    /// Depth that is summed before the sums go back to memory when the operand is read in place: few enough rows to stay in L1 at any stride.
    /// </summary>
    private const int BlockInPlace = 64;

    public readonly float* Data = data;
    public readonly int Depth = depth;
    public readonly int Columns = columns;
    public readonly nint Step = step;
    public readonly nint Panel = panel;
    public readonly int Block = block;
    public readonly nint BlockStride = blockStride;

    /// <summary>A row-major matrix used where it lies; its last panel may be read up to 15 floats past the end.</summary>
    public static RightMatrix InPlace(float* data, int depth, int columns, nint row) =>
        new(data, depth, columns, row, TileShape.PanelColumns, BlockInPlace, BlockInPlace * row);

    /// <summary>The same storage seen with less depth and fewer columns.</summary>
    public RightMatrix Upper(int depth, int columns) => new(Data, depth, columns, Step, Panel, Block, BlockStride);
}

/// <summary>Where the sums of a product start.</summary>
internal readonly unsafe struct Seed
{
    private static readonly NativeBuffer Zeros = new(4 * TileShape.PanelColumns);

    public readonly float* Data;
    public readonly nint Row;
    public readonly int ColumnStep;

    private Seed(float* data, nint row, int columnStep)
    {
        Data = data;
        Row = row;
        ColumnStep = columnStep;
    }

    public static Seed Zero => new(Zeros.Pointer, 0, 0);

    /// <summary>One start value per column, the same for all rows.</summary>
    public static Seed Bias(float* data) => new(data, 0, 1);

    /// <summary>A start value per element: a residual, or the result so far.</summary>
    public static Seed Matrix(float* data, nint row) => new(data, row, 1);

    public Seed FromRow(int row) => new(Data + row * Row, Row, ColumnStep);
}
