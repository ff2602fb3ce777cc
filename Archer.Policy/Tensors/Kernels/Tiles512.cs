using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector512;

namespace Archer.Policy.Tensors.Kernels;

/// <summary>GEMM tiles of 512-bit vectors (AVX-512): a panel of 16 columns is one vector.</summary>
internal static unsafe class Tiles512
{
    /// <summary>Runs one tile; the pair must be one that <see cref="TileShape"/> hands out.</summary>
    public static void Run(int rows, int panels, in Tile t)
    {
        switch (rows * 8 + panels)
        {
            case 8 * 8 + 2: Tile8X2(t); return;
            case 8 * 8 + 1: Tile8X1(t); return;
            case 4 * 8 + 2: Tile4X2(t); return;
            case 4 * 8 + 1: Tile4X1(t); return;
            case 2 * 8 + 2: Tile2X2(t); return;
            case 2 * 8 + 1: Tile2X1(t); return;
            case 1 * 8 + 4: Tile1X4(t); return;
            case 1 * 8 + 2: Tile1X2(t); return;
            case 1 * 8 + 1: Tile1X1(t); return;
            default: throw new ArgumentException($"There is no tile of {rows} rows by {panels} panels.");
        }
    }

    private static void Tile8X2(in Tile t)
    {
        float* seed = t.Seed, a = t.Left, d = t.Left + 4 * t.LeftRow, b = t.Right;
        nint step = t.LeftStep, depth = t.RightStep, pan = t.RightPanel;
        nint row = t.LeftRow, row2 = 2 * t.LeftRow, row3 = 3 * t.LeftRow;
        var c00 = V.Load(seed); var c01 = V.Load(seed + 16);
        seed += t.SeedRow;
        var c10 = V.Load(seed); var c11 = V.Load(seed + 16);
        seed += t.SeedRow;
        var c20 = V.Load(seed); var c21 = V.Load(seed + 16);
        seed += t.SeedRow;
        var c30 = V.Load(seed); var c31 = V.Load(seed + 16);
        seed += t.SeedRow;
        var c40 = V.Load(seed); var c41 = V.Load(seed + 16);
        seed += t.SeedRow;
        var c50 = V.Load(seed); var c51 = V.Load(seed + 16);
        seed += t.SeedRow;
        var c60 = V.Load(seed); var c61 = V.Load(seed + 16);
        seed += t.SeedRow;
        var c70 = V.Load(seed); var c71 = V.Load(seed + 16);
        for (var k = t.Depth; k > 0; k--, a += step, b += depth, d += step)
        {
            var b0 = V.Load(b); var b1 = V.Load(b + pan);
            var x = V.Create(*a); c00 = V.MultiplyAddEstimate(x, b0, c00); c01 = V.MultiplyAddEstimate(x, b1, c01);
            x = V.Create(a[row]); c10 = V.MultiplyAddEstimate(x, b0, c10); c11 = V.MultiplyAddEstimate(x, b1, c11);
            x = V.Create(a[row2]); c20 = V.MultiplyAddEstimate(x, b0, c20); c21 = V.MultiplyAddEstimate(x, b1, c21);
            x = V.Create(a[row3]); c30 = V.MultiplyAddEstimate(x, b0, c30); c31 = V.MultiplyAddEstimate(x, b1, c31);
            x = V.Create(*d); c40 = V.MultiplyAddEstimate(x, b0, c40); c41 = V.MultiplyAddEstimate(x, b1, c41);
            x = V.Create(d[row]); c50 = V.MultiplyAddEstimate(x, b0, c50); c51 = V.MultiplyAddEstimate(x, b1, c51);
            x = V.Create(d[row2]); c60 = V.MultiplyAddEstimate(x, b0, c60); c61 = V.MultiplyAddEstimate(x, b1, c61);
            x = V.Create(d[row3]); c70 = V.MultiplyAddEstimate(x, b0, c70); c71 = V.MultiplyAddEstimate(x, b1, c71);
        }
        var c = t.Result;
        c00.Store(c); c01.Store(c + 16); c += t.ResultRow;
        c10.Store(c); c11.Store(c + 16); c += t.ResultRow;
        c20.Store(c); c21.Store(c + 16); c += t.ResultRow;
        c30.Store(c); c31.Store(c + 16); c += t.ResultRow;
        c40.Store(c); c41.Store(c + 16); c += t.ResultRow;
        c50.Store(c); c51.Store(c + 16); c += t.ResultRow;
        c60.Store(c); c61.Store(c + 16); c += t.ResultRow;
        c70.Store(c); c71.Store(c + 16);
    }

    private static void Tile8X1(in Tile t)
    {
        float* seed = t.Seed, a = t.Left, d = t.Left + 4 * t.LeftRow, b = t.Right;
        nint step = t.LeftStep, depth = t.RightStep;
        nint row = t.LeftRow, row2 = 2 * t.LeftRow, row3 = 3 * t.LeftRow;
        var c00 = V.Load(seed);
        seed += t.SeedRow;
        var c10 = V.Load(seed);
        seed += t.SeedRow;
        var c20 = V.Load(seed);
        seed += t.SeedRow;
        var c30 = V.Load(seed);
        seed += t.SeedRow;
        var c40 = V.Load(seed);
        seed += t.SeedRow;
        var c50 = V.Load(seed);
        seed += t.SeedRow;
        var c60 = V.Load(seed);
        seed += t.SeedRow;
        var c70 = V.Load(seed);
        for (var k = t.Depth; k > 0; k--, a += step, b += depth, d += step)
        {
            var b0 = V.Load(b);
            var x = V.Create(*a); c00 = V.MultiplyAddEstimate(x, b0, c00);
            x = V.Create(a[row]); c10 = V.MultiplyAddEstimate(x, b0, c10);
            x = V.Create(a[row2]); c20 = V.MultiplyAddEstimate(x, b0, c20);
            x = V.Create(a[row3]); c30 = V.MultiplyAddEstimate(x, b0, c30);
            x = V.Create(*d); c40 = V.MultiplyAddEstimate(x, b0, c40);
            x = V.Create(d[row]); c50 = V.MultiplyAddEstimate(x, b0, c50);
            x = V.Create(d[row2]); c60 = V.MultiplyAddEstimate(x, b0, c60);
            x = V.Create(d[row3]); c70 = V.MultiplyAddEstimate(x, b0, c70);
        }
        var c = t.Result;
        c00.Store(c); c += t.ResultRow;
        c10.Store(c); c += t.ResultRow;
        c20.Store(c); c += t.ResultRow;
        c30.Store(c); c += t.ResultRow;
        c40.Store(c); c += t.ResultRow;
        c50.Store(c); c += t.ResultRow;
        c60.Store(c); c += t.ResultRow;
        c70.Store(c);
    }

    private static void Tile4X2(in Tile t)
    {
        float* seed = t.Seed, a = t.Left, b = t.Right;
        nint step = t.LeftStep, depth = t.RightStep, pan = t.RightPanel;
        nint row = t.LeftRow, row2 = 2 * t.LeftRow, row3 = 3 * t.LeftRow;
        var c00 = V.Load(seed); var c01 = V.Load(seed + 16);
        seed += t.SeedRow;
        var c10 = V.Load(seed); var c11 = V.Load(seed + 16);
        seed += t.SeedRow;
        var c20 = V.Load(seed); var c21 = V.Load(seed + 16);
        seed += t.SeedRow;
        var c30 = V.Load(seed); var c31 = V.Load(seed + 16);
        for (var k = t.Depth; k > 0; k--, a += step, b += depth)
        {
            var b0 = V.Load(b); var b1 = V.Load(b + pan);
            var x = V.Create(*a); c00 = V.MultiplyAddEstimate(x, b0, c00); c01 = V.MultiplyAddEstimate(x, b1, c01);
            x = V.Create(a[row]); c10 = V.MultiplyAddEstimate(x, b0, c10); c11 = V.MultiplyAddEstimate(x, b1, c11);
            x = V.Create(a[row2]); c20 = V.MultiplyAddEstimate(x, b0, c20); c21 = V.MultiplyAddEstimate(x, b1, c21);
            x = V.Create(a[row3]); c30 = V.MultiplyAddEstimate(x, b0, c30); c31 = V.MultiplyAddEstimate(x, b1, c31);
        }
        var c = t.Result;
        c00.Store(c); c01.Store(c + 16); c += t.ResultRow;
        c10.Store(c); c11.Store(c + 16); c += t.ResultRow;
        c20.Store(c); c21.Store(c + 16); c += t.ResultRow;
        c30.Store(c); c31.Store(c + 16);
    }

    private static void Tile4X1(in Tile t)
    {
        float* seed = t.Seed, a = t.Left, b = t.Right;
        nint step = t.LeftStep, depth = t.RightStep;
        nint row = t.LeftRow, row2 = 2 * t.LeftRow, row3 = 3 * t.LeftRow;
        var c00 = V.Load(seed);
        seed += t.SeedRow;
        var c10 = V.Load(seed);
        seed += t.SeedRow;
        var c20 = V.Load(seed);
        seed += t.SeedRow;
        var c30 = V.Load(seed);
        for (var k = t.Depth; k > 0; k--, a += step, b += depth)
        {
            var b0 = V.Load(b);
            var x = V.Create(*a); c00 = V.MultiplyAddEstimate(x, b0, c00);
            x = V.Create(a[row]); c10 = V.MultiplyAddEstimate(x, b0, c10);
            x = V.Create(a[row2]); c20 = V.MultiplyAddEstimate(x, b0, c20);
            x = V.Create(a[row3]); c30 = V.MultiplyAddEstimate(x, b0, c30);
        }
        var c = t.Result;
        c00.Store(c); c += t.ResultRow;
        c10.Store(c); c += t.ResultRow;
        c20.Store(c); c += t.ResultRow;
        c30.Store(c);
    }

    private static void Tile2X2(in Tile t)
    {
        float* seed = t.Seed, a = t.Left, b = t.Right;
        nint step = t.LeftStep, depth = t.RightStep, pan = t.RightPanel;
        var row = t.LeftRow;
        var c00 = V.Load(seed); var c01 = V.Load(seed + 16);
        seed += t.SeedRow;
        var c10 = V.Load(seed); var c11 = V.Load(seed + 16);
        for (var k = t.Depth; k > 0; k--, a += step, b += depth)
        {
            var b0 = V.Load(b); var b1 = V.Load(b + pan);
            var x = V.Create(*a); c00 = V.MultiplyAddEstimate(x, b0, c00); c01 = V.MultiplyAddEstimate(x, b1, c01);
            x = V.Create(a[row]); c10 = V.MultiplyAddEstimate(x, b0, c10); c11 = V.MultiplyAddEstimate(x, b1, c11);
        }
        var c = t.Result;
        c00.Store(c); c01.Store(c + 16); c += t.ResultRow;
        c10.Store(c); c11.Store(c + 16);
    }

    private static void Tile2X1(in Tile t)
    {
        float* seed = t.Seed, a = t.Left, b = t.Right;
        nint step = t.LeftStep, depth = t.RightStep;
        var row = t.LeftRow;
        var c00 = V.Load(seed);
        seed += t.SeedRow;
        var c10 = V.Load(seed);
        for (var k = t.Depth; k > 0; k--, a += step, b += depth)
        {
            var b0 = V.Load(b);
            var x = V.Create(*a); c00 = V.MultiplyAddEstimate(x, b0, c00);
            x = V.Create(a[row]); c10 = V.MultiplyAddEstimate(x, b0, c10);
        }
        var c = t.Result;
        c00.Store(c); c += t.ResultRow;
        c10.Store(c);
    }

    private static void Tile1X4(in Tile t)
    {
        float* seed = t.Seed, a = t.Left, b = t.Right;
        nint step = t.LeftStep, depth = t.RightStep, pan = t.RightPanel;
        var c00 = V.Load(seed); var c01 = V.Load(seed + 16); var c02 = V.Load(seed + 32); var c03 = V.Load(seed + 48);
        for (var k = t.Depth; k > 0; k--, a += step, b += depth)
        {
            var b0 = V.Load(b); var b1 = V.Load(b + pan); var b2 = V.Load(b + 2 * pan); var b3 = V.Load(b + 3 * pan);
            var x = V.Create(*a);
            c00 = V.MultiplyAddEstimate(x, b0, c00); c01 = V.MultiplyAddEstimate(x, b1, c01); c02 = V.MultiplyAddEstimate(x, b2, c02);
            c03 = V.MultiplyAddEstimate(x, b3, c03);
        }
        var c = t.Result;
        c00.Store(c); c01.Store(c + 16); c02.Store(c + 32); c03.Store(c + 48);
    }

    private static void Tile1X2(in Tile t)
    {
        float* seed = t.Seed, a = t.Left, b = t.Right;
        nint step = t.LeftStep, depth = t.RightStep, pan = t.RightPanel;
        var c00 = V.Load(seed); var c01 = V.Load(seed + 16);
        for (var k = t.Depth; k > 0; k--, a += step, b += depth)
        {
            var b0 = V.Load(b); var b1 = V.Load(b + pan);
            var x = V.Create(*a); c00 = V.MultiplyAddEstimate(x, b0, c00); c01 = V.MultiplyAddEstimate(x, b1, c01);
        }
        var c = t.Result;
        c00.Store(c); c01.Store(c + 16);
    }

    private static void Tile1X1(in Tile t)
    {
        float* seed = t.Seed, a = t.Left, b = t.Right;
        nint step = t.LeftStep, depth = t.RightStep;
        var c00 = V.Load(seed);
        for (var k = t.Depth; k > 0; k--, a += step, b += depth)
        {
            var b0 = V.Load(b);
            var x = V.Create(*a); c00 = V.MultiplyAddEstimate(x, b0, c00);
        }
        var c = t.Result;
        c00.Store(c);
    }
}
