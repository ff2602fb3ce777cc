using Archer.Policy.Tensors;

namespace Archer.Policy.Tests.Tensors;

public sealed class WorkPoolTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Run_ManyJobsInARow_RunsEveryPartExactlyOnce(int threads)
    {
        using var pool = new WorkPool(threads);
        var counts = new int[64];
        for (var job = 0; job < 5000; job++)
        {
            int parts = 1 + job % 64, expected = job;
            Array.Clear(counts);
            pool.Run(parts, (part, worker) =>
            {
                Assert.InRange(worker, 0, threads - 1);
                Interlocked.Increment(ref counts[part]);
            });
            Assert.All(counts[..parts], n => Assert.Equal(1, n));
            Assert.All(counts[parts..], n => Assert.Equal(0, n));
        }
    }

    [Fact]
    public void Run_AfterTheHelpersFellAsleep_WakesThem()
    {
        using var pool = new WorkPool(2);
        using var both = new Barrier(2);
        for (var job = 0; job < 20; job++)
        {
            using var pause = new ManualResetEventSlim();
            pause.Wait(TimeSpan.FromMilliseconds(5));
            pool.Run(2, (_, _) => Assert.True(both.SignalAndWait(TimeSpan.FromSeconds(20)), "the helper did not take its part"));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Run_PartThrows_FinishesAndRethrowsAndStaysUsable(int threads)
    {
        using var pool = new WorkPool(threads);
        Assert.Equal("part 5", Assert.Throws<InvalidOperationException>(() => pool.Run(9, (part, _) =>
        {
            if (part == 5)
            {
                throw new InvalidOperationException("part 5");
            }
        })).Message);
        var sum = 0;
        pool.Run(10, (part, _) => Interlocked.Add(ref sum, part));
        Assert.Equal(45, sum);
    }

    [Fact]
    public void Run_WhileAJobRuns_IsRefused()
    {
        using var pool = new WorkPool(2);
        Assert.Throws<InvalidOperationException>(() => pool.Run(2, (_, _) => pool.Run(2, (_, _) => { })));
    }
}
