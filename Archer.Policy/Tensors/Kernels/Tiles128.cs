using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector128;

namespace Archer.Policy.Tensors.Kernels;

/// <summary>GEMM tiles of 128-bit vectors, for every other processor (ARM64 has registers for four rows).</summary>
internal static unsafe class Tiles128
{
    /// <summary>Runs one tile; the pair must be one that <see cref="TileShape"/> hands out.</summary>
    public static void Run(int rows, int panels, in Tile t)
    {
        switch (rows * 8 + panels)
        {
            case 4 * 8 + 1: Tile4X1(t); return;
            case 2 * 8 + 1: Tile2X1(t); return;
            case 1 * 8 + 2: Tile1X2(t); return;
            case 1 * 8 + 1: Tile1X1(t); return;
            default: throw new ArgumentException($"There is no tile of {rows} rows by {panels} panels.");
        }
    }

    private static void Tile4X1(in Tile t)
    {
        float* seed = t.Seed, a = t.Left, b = t.Right;
        nint step = t.LeftStep, depth = t.RightStep;
        nint row = t.LeftRow, row2 = 2 * t.LeftRow, row3 = 3 * t.LeftRow;
        var c00a = V.Load(seed); var c00b = V.Load(seed + 4); var c00c = V.Load(seed + 8); var c00d = V.Load(seed + 12);
        seed += t.SeedRow;
        var c10a = V.Load(seed); var c10b = V.Load(seed + 4); var c10c = V.Load(seed + 8); var c10d = V.Load(seed + 12);
        seed += t.SeedRow;
        var c20a = V.Load(seed); var c20b = V.Load(seed + 4); var c20c = V.Load(seed + 8); var c20d = V.Load(seed + 12);
        seed += t.SeedRow;
        var c30a = V.Load(seed); var c30b = V.Load(seed + 4); var c30c = V.Load(seed + 8); var c30d = V.Load(seed + 12);
        for (var k = t.Depth; k > 0; k--, a += step, b += depth)
        {
            var b0a = V.Load(b); var b0b = V.Load(b + 4); var b0c = V.Load(b + 8); var b0d = V.Load(b + 12);
            var x = V.Create(*a);
            c00a = V.MultiplyAddEstimate(x, b0a, c00a); c00b = V.MultiplyAddEstimate(x, b0b, c00b); c00c = V.MultiplyAddEstimate(x, b0c, c00c);
            c00d = V.MultiplyAddEstimate(x, b0d, c00d);
            x = V.Create(a[row]);
            c10a = V.MultiplyAddEstimate(x, b0a, c10a); c10b = V.MultiplyAddEstimate(x, b0b, c10b); c10c = V.MultiplyAddEstimate(x, b0c, c10c);
            c10d = V.MultiplyAddEstimate(x, b0d, c10d);
            x = V.Create(a[row2]);
            c20a = V.MultiplyAddEstimate(x, b0a, c20a); c20b = V.MultiplyAddEstimate(x, b0b, c20b); c20c = V.MultiplyAddEstimate(x, b0c, c20c);
            c20d = V.MultiplyAddEstimate(x, b0d, c20d);
            x = V.Create(a[row3]);
            c30a = V.MultiplyAddEstimate(x, b0a, c30a); c30b = V.MultiplyAddEstimate(x, b0b, c30b); c30c = V.MultiplyAddEstimate(x, b0c, c30c);
            c30d = V.MultiplyAddEstimate(x, b0d, c30d);
        }
        var c = t.Result;
        c00a.Store(c); c00b.Store(c + 4); c00c.Store(c + 8); c00d.Store(c + 12); c += t.ResultRow;
        c10a.Store(c); c10b.Store(c + 4); c10c.Store(c + 8); c10d.Store(c + 12); c += t.ResultRow;
        c20a.Store(c); c20b.Store(c + 4); c20c.Store(c + 8); c20d.Store(c + 12); c += t.ResultRow;
        c30a.Store(c); c30b.Store(c + 4); c30c.Store(c + 8); c30d.Store(c + 12);
    }

    private static void Tile2X1(in Tile t)
    {
        float* seed = t.Seed, a = t.Left, b = t.Right;
        nint step = t.LeftStep, depth = t.RightStep;
        var row = t.LeftRow;
        var c00a = V.Load(seed); var c00b = V.Load(seed + 4); var c00c = V.Load(seed + 8); var c00d = V.Load(seed + 12);
        seed += t.SeedRow;
        var c10a = V.Load(seed); var c10b = V.Load(seed + 4); var c10c = V.Load(seed + 8); var c10d = V.Load(seed + 12);
        for (var k = t.Depth; k > 0; k--, a += step, b += depth)
        {
            var b0a = V.Load(b); var b0b = V.Load(b + 4); var b0c = V.Load(b + 8); var b0d = V.Load(b + 12);
            var x = V.Create(*a);
            c00a = V.MultiplyAddEstimate(x, b0a, c00a); c00b = V.MultiplyAddEstimate(x, b0b, c00b); c00c = V.MultiplyAddEstimate(x, b0c, c00c);
            c00d = V.MultiplyAddEstimate(x, b0d, c00d);
            x = V.Create(a[row]);
            c10a = V.MultiplyAddEstimate(x, b0a, c10a); c10b = V.MultiplyAddEstimate(x, b0b, c10b); c10c = V.MultiplyAddEstimate(x, b0c, c10c);
            c10d = V.MultiplyAddEstimate(x, b0d, c10d);
        }
        var c = t.Result;
        c00a.Store(c); c00b.Store(c + 4); c00c.Store(c + 8); c00d.Store(c + 12); c += t.ResultRow;
        c10a.Store(c); c10b.Store(c + 4); c10c.Store(c + 8); c10d.Store(c + 12);
    }

    private static void Tile1X2(in Tile t)
    {
        float* seed = t.Seed, a = t.Left, b = t.Right;
        nint step = t.LeftStep, depth = t.RightStep, pan = t.RightPanel;
        var c00a = V.Load(seed); var c00b = V.Load(seed + 4); var c00c = V.Load(seed + 8); var c00d = V.Load(seed + 12);
        var c01a = V.Load(seed + 16); var c01b = V.Load(seed + 20); var c01c = V.Load(seed + 24); var c01d = V.Load(seed + 28);
        for (var k = t.Depth; k > 0; k--, a += step, b += depth)
        {
            var b0a = V.Load(b); var b0b = V.Load(b + 4); var b0c = V.Load(b + 8); var b0d = V.Load(b + 12);
            var b1a = V.Load(b + pan); var b1b = V.Load(b + pan + 4); var b1c = V.Load(b + pan + 8);
            var b1d = V.Load(b + pan + 12);
            var x = V.Create(*a);
            c00a = V.MultiplyAddEstimate(x, b0a, c00a); c00b = V.MultiplyAddEstimate(x, b0b, c00b); c00c = V.MultiplyAddEstimate(x, b0c, c00c);
            c00d = V.MultiplyAddEstimate(x, b0d, c00d); c01a = V.MultiplyAddEstimate(x, b1a, c01a); c01b = V.MultiplyAddEstimate(x, b1b, c01b);
            c01c = V.MultiplyAddEstimate(x, b1c, c01c); c01d = V.MultiplyAddEstimate(x, b1d, c01d);
        }
        var c = t.Result;
        c00a.Store(c); c00b.Store(c + 4); c00c.Store(c + 8); c00d.Store(c + 12);
        c01a.Store(c + 16); c01b.Store(c + 20); c01c.Store(c + 24); c01d.Store(c + 28);
    }

    private static void Tile1X1(in Tile t)
    {
        float* seed = t.Seed, a = t.Left, b = t.Right;
        nint step = t.LeftStep, depth = t.RightStep;
        var c00a = V.Load(seed); var c00b = V.Load(seed + 4); var c00c = V.Load(seed + 8); var c00d = V.Load(seed + 12);
        for (var k = t.Depth; k > 0; k--, a += step, b += depth)
        {
            var b0a = V.Load(b); var b0b = V.Load(b + 4); var b0c = V.Load(b + 8); var b0d = V.Load(b + 12);
            var x = V.Create(*a);
            c00a = V.MultiplyAddEstimate(x, b0a, c00a); c00b = V.MultiplyAddEstimate(x, b0b, c00b); c00c = V.MultiplyAddEstimate(x, b0c, c00c);
            c00d = V.MultiplyAddEstimate(x, b0d, c00d);
        }
        var c = t.Result;
        c00a.Store(c); c00b.Store(c + 4); c00c.Store(c + 8); c00d.Store(c + 12);
    }
}
