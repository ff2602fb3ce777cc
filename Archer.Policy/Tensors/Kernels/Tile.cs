using System.Runtime.Intrinsics;

namespace Archer.Policy.Tensors.Kernels;

/// <summary>Arguments of one register tile: rows of the left matrix times panels of 16 columns of the right one.</summary>
internal unsafe ref struct Tile
{
    /// <summary>Element (i, k) of the left matrix is <c>Left[i * LeftRow + k * LeftStep]</c>.</summary>
    public float* Left;
    public nint LeftRow;
    public nint LeftStep;

    /// <summary>Element (k, 16 p + j) of the right matrix is <c>Right[k * RightStep + p * RightPanel + j]</c>.</summary>
    public float* Right;
    public nint RightStep;
    public nint RightPanel;

    public nint Depth;

    /// <summary>What the sums start from: zero, a bias (row stride 0), a residual, or the result itself.</summary>
    public float* Seed;
    public nint SeedRow;

    public float* Result;
    public nint ResultRow;
}

internal enum VectorWidth
{
    Bits128,
    Bits256,
    Bits512,
}

/// <summary>Which tiles exist for a vector width. Each sums an output in the same order, so the choice never changes a bit of the result.</summary>
internal static class TileShape
{
    public const int PanelColumns = 16;
    public const int MaxRows = 8;

    public static readonly VectorWidth Fastest =
        Vector512.IsHardwareAccelerated ? VectorWidth.Bits512 : Vector256.IsHardwareAccelerated ? VectorWidth.Bits256 : VectorWidth.Bits128;

    /// <summary>Rows of the next tile when <paramref name="left"/> rows remain.</summary>
    public static int Rows(VectorWidth width, int left) => width switch
    {
        VectorWidth.Bits512 => left >= 8 ? 8 : left >= 4 ? 4 : left >= 2 ? 2 : 1,
        VectorWidth.Bits256 => left is >= 10 or 6 or 7 ? 6 : left >= 4 ? 4 : left >= 2 ? 2 : 1,
        _ => left >= 4 ? 4 : left >= 2 ? 2 : 1,
    };

    /// <summary>Panels of the next tile of that many rows when <paramref name="left"/> panels remain.</summary>
    public static int Panels(VectorWidth width, int rows, int left) => width switch
    {
        VectorWidth.Bits512 => rows == 1 && left >= 4 ? 4 : left >= 2 ? 2 : 1,
        VectorWidth.Bits256 => rows == 1 && left >= 4 ? 4 : rows <= 2 && left >= 2 ? 2 : 1,
        _ => rows == 1 && left >= 2 ? 2 : 1,
    };
}
