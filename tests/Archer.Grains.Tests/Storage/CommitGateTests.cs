using Archer.Grains.Storage;

namespace Archer.Grains.Tests.Storage;

public sealed class CommitGateTests
{
    private readonly CommitGate _gate = new();

    [Fact]
    public async Task Enter_Free_EntersAtOnce()
    {
        using (await _gate.EnterAsync())
        {
        }

        Assert.True(_gate.EnterAsync().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Enter_Several_OneAtATimeInOrderOfArrival()
    {
        var inside = 0;
        var order = new List<int>();
        await Task.WhenAll(Enumerable.Range(0, 50).Select(async number =>
        {
            using var turn = await _gate.EnterAsync();
            Assert.Equal(1, Interlocked.Increment(ref inside));
            order.Add(number);
            await Task.Yield();
            Interlocked.Decrement(ref inside);
        }));

        Assert.Equal(Enumerable.Range(0, 50), order);
    }

    [Fact]
    public async Task Enter_TheOneBeforeThrew_EntersAllTheSame()
    {
        await Assert.ThrowsAsync<IOException>(async () =>
        {
            using var turn = await _gate.EnterAsync();
            throw new IOException("full");
        });

        Assert.True(_gate.EnterAsync().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Dispose_Twice_LetsOneIn()
    {
        var first = await _gate.EnterAsync();
        var (second, third) = (_gate.EnterAsync(), _gate.EnterAsync());

        first.Dispose();
        first.Dispose();

        using (await second)
        {
            Assert.False(third.IsCompleted);
        }

        (await third).Dispose();
    }
}
