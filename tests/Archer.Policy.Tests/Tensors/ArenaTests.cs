using Archer.Policy.Tensors;

namespace Archer.Policy.Tests.Tensors;

public sealed unsafe class ArenaTests
{
    [Fact]
    public void Allocate_AnySizes_AreAlignedAndApart()
    {
        using var arena = new Arena(64);
        float* previousEnd = null;
        foreach (var count in new[] { 1, 17, 64, 3, 500 })
        {
            var block = arena.Allocate(count);
            Assert.Equal(0, (nint)block % NativeBuffer.Alignment);
            new Span<float>(block, count).Fill(count);
            Assert.True(block != previousEnd - 1);
            previousEnd = block + count;
        }
    }

    [Fact]
    public void Reset_AfterAStepOfSeveralSlabs_TheSameStepAllocatesNothing()
    {
        using var arena = new Arena(64);
        Use(arena);
        arena.Reset();
        var capacity = arena.Capacity;
        for (var step = 0; step < 10; step++)
        {
            Use(arena);
            arena.Reset();
        }
        Assert.Equal(capacity, arena.Capacity);
    }

    [Fact]
    public void AllocateZeroed_MemoryUsedBefore_IsZero()
    {
        using var arena = new Arena();
        new Span<float>(arena.Allocate(100), 100).Fill(7);
        arena.Reset();
        Assert.All(new Span<float>(arena.AllocateZeroed(100), 100).ToArray(), v => Assert.Equal(0f, v));
    }

    private static void Use(Arena arena)
    {
        for (var i = 1; i < 40; i++)
        {
            arena.Allocate(i * 7);
        }
    }
}
