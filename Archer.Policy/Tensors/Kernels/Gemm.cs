using System.Runtime.CompilerServices;

namespace Archer.Policy.Tensors.Kernels;

/// <summary>
/// result[m, n] = seed[m, n] + left[m, k] · right[k, n]. Every output is one chain of multiply-adds (fused where the processor can) over k in
/// ascending order, whatever the tile, the
/// vector width, the batch or the thread: the same row gives the same bits alone and in a batch, which is what makes acting and learning agree.
/// </summary>
internal static unsafe class Gemm
{
    /// <summary>Rows whose left operand (256 deep) stays in the second-level cache while the panels go by.</summary>
    private const int RowBlock = 96;
    private const int Panel = TileShape.PanelColumns;

    public static void Multiply(in LeftMatrix left, in RightMatrix right, in Seed seed, float* result, nint resultRow, int rows) =>
        Multiply(left, right, seed, result, resultRow, rows, TileShape.Fastest);

    public static void Multiply(in LeftMatrix left, in RightMatrix right, in Seed seed, float* result, nint resultRow, int rows, VectorWidth width)
    {
        for (var row = 0; row < rows; row += RowBlock)
        {
            var count = Math.Min(RowBlock, rows - row);
            var target = result + row * resultRow;
            var from = seed.FromRow(row);
            var depthStart = 0;
            for (var block = right.Data; depthStart < right.Depth; depthStart += right.Block, block += right.BlockStride)
            {
                Tile tile = new()
                {
                    LeftRow = left.Row,
                    LeftStep = left.Step,
                    RightStep = right.Step,
                    RightPanel = right.Panel,
                    Depth = Math.Min(right.Block, right.Depth - depthStart),
                    ResultRow = resultRow,
                };
                Block(ref tile, left.Data + row * left.Row + depthStart * left.Step, block, right.Columns, from, target, count, width);
                from = Seed.Matrix(target, resultRow);
            }
        }
    }

    /// <summary>One block of the depth: all panels, two at a time (four for a single row), over all rows of the row block.</summary>
    private static void Block(ref Tile tile, float* left, float* right, int columns, in Seed seed, float* result, int rows, VectorWidth width)
    {
        var full = columns / Panel;
        var group = rows == 1 ? 4 : 2;
        for (var panel = 0; panel < full; panel += group)
        {
            var panels = Math.Min(group, full - panel);
            for (var row = 0; row < rows;)
            {
                var tileRows = TileShape.Rows(width, rows - row);
                tile.Left = left + row * tile.LeftRow;
                for (var p = panel; p < panel + panels;)
                {
                    var tilePanels = TileShape.Panels(width, tileRows, panel + panels - p);
                    tile.Right = right + p * tile.RightPanel;
                    tile.Seed = seed.Data + row * seed.Row + (nint)p * Panel * seed.ColumnStep;
                    tile.SeedRow = seed.Row;
                    tile.Result = result + row * tile.ResultRow + p * Panel;
                    Run(width, tileRows, tilePanels, tile);
                    p += tilePanels;
                }
                row += tileRows;
            }
        }
        if (columns % Panel != 0)
        {
            LastPanel(tile, left, right + full * tile.RightPanel, full * Panel, columns % Panel, seed, result, rows, width);
        }
    }

    /// <summary>The panel that is not full goes through a tile on the stack, so that nothing is read or written beside the matrix.</summary>
    [SkipLocalsInit]
    private static void LastPanel(
        Tile tile, float* left, float* right, int column, int columns, in Seed seed, float* result, int rows, VectorWidth width)
    {
        var scratch = stackalloc float[TileShape.MaxRows * Panel];
        tile.Right = right;
        var resultRow = tile.ResultRow;
        for (var row = 0; row < rows;)
        {
            var tileRows = TileShape.Rows(width, rows - row);
            var from = seed.Data + row * seed.Row + (nint)column * seed.ColumnStep;
            var to = result + row * resultRow + column;
            for (var i = 0; i < tileRows; i++)
            {
                for (var j = 0; j < Panel; j++)
                {
                    scratch[i * Panel + j] = j < columns ? from[i * seed.Row + j * seed.ColumnStep] : 0f;
                }
            }

            tile.Left = left + row * tile.LeftRow;
            tile.Seed = tile.Result = scratch;
            tile.SeedRow = tile.ResultRow = Panel;
            Run(width, tileRows, 1, tile);
            for (var i = 0; i < tileRows; i++)
            {
                for (var j = 0; j < columns; j++)
                {
                    to[i * resultRow + j] = scratch[i * Panel + j];
                }
            }

            row += tileRows;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Run(VectorWidth width, int rows, int panels, in Tile tile)
    {
        if (width == VectorWidth.Bits512)
        {
            Tiles512.Run(rows, panels, tile);
        }
        else if (width == VectorWidth.Bits256)
        {
            Tiles256.Run(rows, panels, tile);
        }
        else
        {
            Tiles128.Run(rows, panels, tile);
        }
    }
}
