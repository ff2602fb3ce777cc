using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector256;

namespace Archer.Policy.Tensors.Kernels;

/// <summary>GEMM tiles of 256-bit vectors (AVX2 + FMA): a panel of 16 columns is two vectors.</summary>
internal static unsafe class Tiles256
{
    /// <summary>Runs one tile; the pair must be one that <see cref="TileShape"/> hands out.</summary>
    public static void Run(int rows, int panels, in Tile t)
    {
        switch (rows * 8 + panels)
        {
            case 6 * 8 + 1: Tile6X1(t); return;
            case 4 * 8 + 1: Tile4X1(t); return;
            case 2 * 8 + 2: Tile2X2(t); return;
            case 2 * 8 + 1: Tile2X1(t); return;
            case 1 * 8 + 4: Tile1X4(t); return;
            case 1 * 8 + 2: Tile1X2(t); return;
            case 1 * 8 + 1: Tile1X1(t); return;
            default: throw new ArgumentException($"There is no tile of {rows} rows by {panels} panels.");
        }
    }

    private static void Tile6X1(in Tile t)
    {
        float* seed = t.Seed, a = t.Left, d = t.Left + 4 * t.LeftRow, b = t.Right;
        nint step = t.LeftStep, depth = t.RightStep;
        nint row = t.LeftRow, row2 = 2 * t.LeftRow, row3 = 3 * t.LeftRow;
        var c00a = V.Load(seed); var c00b = V.Load(seed + 8);
        seed += t.SeedRow;
        var c10a = V.Load(seed); var c10b = V.Load(seed + 8);
        seed += t.SeedRow;
        var c20a = V.Load(seed); var c20b = V.Load(seed + 8);
        seed += t.SeedRow;
        var c30a = V.Load(seed); var c30b = V.Load(seed + 8);
        seed += t.SeedRow;
        var c40a = V.Load(seed); var c40b = V.Load(seed + 8);
        seed += t.SeedRow;
        var c50a = V.Load(seed); var c50b = V.Load(seed + 8);
        for (var k = t.Depth; k > 0; k--, a += step, b += depth, d += step)
        {
            var b0a = V.Load(b); var b0b = V.Load(b + 8);
            var x = V.Create(*a); c00a = V.MultiplyAddEstimate(x, b0a, c00a); c00b = V.MultiplyAddEstimate(x, b0b, c00b);
            x = V.Create(a[row]); c10a = V.MultiplyAddEstimate(x, b0a, c10a); c10b = V.MultiplyAddEstimate(x, b0b, c10b);
            x = V.Create(a[row2]); c20a = V.MultiplyAddEstimate(x, b0a, c20a); c20b = V.MultiplyAddEstimate(x, b0b, c20b);
            x = V.Create(a[row3]); c30a = V.MultiplyAddEstimate(x, b0a, c30a); c30b = V.MultiplyAddEstimate(x, b0b, c30b);
            x = V.Create(*d); c40a = V.MultiplyAddEstimate(x, b0a, c40a); c40b = V.MultiplyAddEstimate(x, b0b, c40b);
            x = V.Create(d[row]); c50a = V.MultiplyAddEstimate(x, b0a, c50a); c50b = V.MultiplyAddEstimate(x, b0b, c50b);
        }
        var c = t.Result;
        c00a.Store(c); c00b.Store(c + 8); c += t.ResultRow;
        c10a.Store(c); c10b.Store(c + 8); c += t.ResultRow;
        c20a.Store(c); c20b.Store(c + 8); c += t.ResultRow;
        c30a.Store(c); c30b.Store(c + 8); c += t.ResultRow;
        c40a.Store(c); c40b.Store(c + 8); c += t.ResultRow;
        c50a.Store(c); c50b.Store(c + 8);
    }

    private static void Tile4X1(in Tile t)
    {
        float* seed = t.Seed, a = t.Left, b = t.Right;
        nint step = t.LeftStep, depth = t.RightStep;
        nint row = t.LeftRow, row2 = 2 * t.LeftRow, row3 = 3 * t.LeftRow;
        var c00a = V.Load(seed); var c00b = V.Load(seed + 8);
        seed += t.SeedRow;
        var c10a = V.Load(seed); var c10b = V.Load(seed + 8);
        seed += t.SeedRow;
        var c20a = V.Load(seed); var c20b = V.Load(seed + 8);
        seed += t.SeedRow;
        var c30a = V.Load(seed); var c30b = V.Load(seed + 8);
        for (var k = t.Depth; k > 0; k--, a += step, b += depth)
        {
            var b0a = V.Load(b); var b0b = V.Load(b + 8);
            var x = V.Create(*a); c00a = V.MultiplyAddEstimate(x, b0a, c00a); c00b = V.MultiplyAddEstimate(x, b0b, c00b);
            x = V.Create(a[row]); c10a = V.MultiplyAddEstimate(x, b0a, c10a); c10b = V.MultiplyAddEstimate(x, b0b, c10b);
            x = V.Create(a[row2]); c20a = V.MultiplyAddEstimate(x, b0a, c20a); c20b = V.MultiplyAddEstimate(x, b0b, c20b);
            x = V.Create(a[row3]); c30a = V.MultiplyAddEstimate(x, b0a, c30a); c30b = V.MultiplyAddEstimate(x, b0b, c30b);
        }
        var c = t.Result;
        c00a.Store(c); c00b.Store(c + 8); c += t.ResultRow;
        c10a.Store(c); c10b.Store(c + 8); c += t.ResultRow;
        c20a.Store(c); c20b.Store(c + 8); c += t.ResultRow;
        c30a.Store(c); c30b.Store(c + 8);
    }

    private static void Tile2X2(in Tile t)
    {
        float* seed = t.Seed, a = t.Left, b = t.Right;
        nint step = t.LeftStep, depth = t.RightStep, pan = t.RightPanel;
        var row = t.LeftRow;
        var c00a = V.Load(seed); var c00b = V.Load(seed + 8); var c01a = V.Load(seed + 16); var c01b = V.Load(seed + 24);
        seed += t.SeedRow;
        var c10a = V.Load(seed); var c10b = V.Load(seed + 8); var c11a = V.Load(seed + 16); var c11b = V.Load(seed + 24);
        for (var k = t.Depth; k > 0; k--, a += step, b += depth)
        {
            var b0a = V.Load(b); var b0b = V.Load(b + 8); var b1a = V.Load(b + pan); var b1b = V.Load(b + pan + 8);
            var x = V.Create(*a);
            c00a = V.MultiplyAddEstimate(x, b0a, c00a); c00b = V.MultiplyAddEstimate(x, b0b, c00b); c01a = V.MultiplyAddEstimate(x, b1a, c01a);
            c01b = V.MultiplyAddEstimate(x, b1b, c01b);
            x = V.Create(a[row]);
            c10a = V.MultiplyAddEstimate(x, b0a, c10a); c10b = V.MultiplyAddEstimate(x, b0b, c10b); c11a = V.MultiplyAddEstimate(x, b1a, c11a);
            c11b = V.MultiplyAddEstimate(x, b1b, c11b);
        }
        var c = t.Result;
        c00a.Store(c); c00b.Store(c + 8); c01a.Store(c + 16); c01b.Store(c + 24); c += t.ResultRow;
        c10a.Store(c); c10b.Store(c + 8); c11a.Store(c + 16); c11b.Store(c + 24);
    }

    private static void Tile2X1(in Tile t)
    {
        float* seed = t.Seed, a = t.Left, b = t.Right;
        nint step = t.LeftStep, depth = t.RightStep;
        var row = t.LeftRow;
        var c00a = V.Load(seed); var c00b = V.Load(seed + 8);
        seed += t.SeedRow;
        var c10a = V.Load(seed); var c10b = V.Load(seed + 8);
        for (var k = t.Depth; k > 0; k--, a += step, b += depth)
        {
            var b0a = V.Load(b); var b0b = V.Load(b + 8);
            var x = V.Create(*a); c00a = V.MultiplyAddEstimate(x, b0a, c00a); c00b = V.MultiplyAddEstimate(x, b0b, c00b);
            x = V.Create(a[row]); c10a = V.MultiplyAddEstimate(x, b0a, c10a); c10b = V.MultiplyAddEstimate(x, b0b, c10b);
        }
        var c = t.Result;
        c00a.Store(c); c00b.Store(c + 8); c += t.ResultRow;
        c10a.Store(c); c10b.Store(c + 8);
    }

    private static void Tile1X4(in Tile t)
    {
        float* seed = t.Seed, a = t.Left, b = t.Right;
        nint step = t.LeftStep, depth = t.RightStep, pan = t.RightPanel;
        var c00a = V.Load(seed); var c00b = V.Load(seed + 8); var c01a = V.Load(seed + 16); var c01b = V.Load(seed + 24);
        var c02a = V.Load(seed + 32); var c02b = V.Load(seed + 40); var c03a = V.Load(seed + 48); var c03b = V.Load(seed + 56);
        for (var k = t.Depth; k > 0; k--, a += step, b += depth)
        {
            var b0a = V.Load(b); var b0b = V.Load(b + 8); var b1a = V.Load(b + pan); var b1b = V.Load(b + pan + 8);
            var b2a = V.Load(b + 2 * pan); var b2b = V.Load(b + 2 * pan + 8); var b3a = V.Load(b + 3 * pan);
            var b3b = V.Load(b + 3 * pan + 8);
            var x = V.Create(*a);
            c00a = V.MultiplyAddEstimate(x, b0a, c00a); c00b = V.MultiplyAddEstimate(x, b0b, c00b); c01a = V.MultiplyAddEstimate(x, b1a, c01a);
            c01b = V.MultiplyAddEstimate(x, b1b, c01b); c02a = V.MultiplyAddEstimate(x, b2a, c02a); c02b = V.MultiplyAddEstimate(x, b2b, c02b);
            c03a = V.MultiplyAddEstimate(x, b3a, c03a); c03b = V.MultiplyAddEstimate(x, b3b, c03b);
        }
        var c = t.Result;
        c00a.Store(c); c00b.Store(c + 8); c01a.Store(c + 16); c01b.Store(c + 24);
        c02a.Store(c + 32); c02b.Store(c + 40); c03a.Store(c + 48); c03b.Store(c + 56);
    }

    private static void Tile1X2(in Tile t)
    {
        float* seed = t.Seed, a = t.Left, b = t.Right;
        nint step = t.LeftStep, depth = t.RightStep, pan = t.RightPanel;
        var c00a = V.Load(seed); var c00b = V.Load(seed + 8); var c01a = V.Load(seed + 16); var c01b = V.Load(seed + 24);
        for (var k = t.Depth; k > 0; k--, a += step, b += depth)
        {
            var b0a = V.Load(b); var b0b = V.Load(b + 8); var b1a = V.Load(b + pan); var b1b = V.Load(b + pan + 8);
            var x = V.Create(*a);
            c00a = V.MultiplyAddEstimate(x, b0a, c00a); c00b = V.MultiplyAddEstimate(x, b0b, c00b); c01a = V.MultiplyAddEstimate(x, b1a, c01a);
            c01b = V.MultiplyAddEstimate(x, b1b, c01b);
        }
        var c = t.Result;
        c00a.Store(c); c00b.Store(c + 8); c01a.Store(c + 16); c01b.Store(c + 24);
    }

    private static void Tile1X1(in Tile t)
    {
        float* seed = t.Seed, a = t.Left, b = t.Right;
        nint step = t.LeftStep, depth = t.RightStep;
        var c00a = V.Load(seed); var c00b = V.Load(seed + 8);
        for (var k = t.Depth; k > 0; k--, a += step, b += depth)
        {
            var b0a = V.Load(b); var b0b = V.Load(b + 8);
            var x = V.Create(*a); c00a = V.MultiplyAddEstimate(x, b0a, c00a); c00b = V.MultiplyAddEstimate(x, b0b, c00b);
        }
        var c = t.Result;
        c00a.Store(c); c00b.Store(c + 8);
    }
}
