namespace Archer.Trainer.Tests;

public sealed class LearnerThreadTests
{
    [Fact]
    public async Task Work_RunsInOrderOnOneThreadOfItsOwn()
    {
        using var thread = new LearnerThread();
        List<int> order = [];

        var used = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => thread.RunAsync(() =>
        {
            order.Add(i);
            return Thread.CurrentThread;
        })));

        Assert.Equal(Enumerable.Range(0, 20), order);
        Assert.Equal(("learner", false), (Assert.Single(used.Distinct()).Name, used[0].IsThreadPoolThread));
    }

    [Fact]
    public async Task Exception_IsTheTasksAndTheThreadGoesOn()
    {
        using var thread = new LearnerThread();

        var failure = await Assert.ThrowsAsync<ArithmeticException>(() => thread.RunAsync<int>(() => throw new ArithmeticException("not finite")));

        Assert.Equal("not finite", failure.Message);
        Assert.Equal(3, await thread.RunAsync(() => 3));
    }

    [Fact]
    public void Dispose_WaitsForTheWork()
    {
        var thread = new LearnerThread();
        using var gate = new ManualResetEventSlim();
        var work = thread.RunAsync(() =>
        {
            gate.Wait();
            return true;
        });
        gate.Set();

        thread.Dispose();

        Assert.True(work.IsCompletedSuccessfully);
    }
}
