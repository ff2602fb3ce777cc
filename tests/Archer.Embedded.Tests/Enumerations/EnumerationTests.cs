using System.Runtime.CompilerServices;
using Archer.Embedded.Tests.Fixture;
using Orleans;
using Orleans.Runtime;

namespace Archer.Embedded.Tests.Enumerations;

public interface IEnumeratingGrain : IGrainWithStringKey
{
    IAsyncEnumerable<int> Numbers(int count, CancellationToken cancellationToken = default);

    IAsyncEnumerable<int> FailAfter(int count);

    IAsyncEnumerable<int> Endless(string name, CancellationToken cancellationToken = default);

    IAsyncEnumerable<string> Gated(string gate);

    Task<int> Count();

    Task Leave();

    Task LeaveAfter(string gate);
}

[GrainType("enumerating")]
public sealed class EnumeratingGrain : Grain, IEnumeratingGrain
{
    private int _count;

    public async IAsyncEnumerable<int> Numbers(int count, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var i = 0; i < count; i++)
        {
            _count++;
            yield return i;
            if (i % 7 == 0)
            {
                await Task.Yield();
            }
        }
    }

    public async IAsyncEnumerable<int> FailAfter(int count)
    {
        for (var i = 0; i < count; i++)
        {
            yield return i;
        }

        await Task.Yield();
        throw new ApplicationException("broken");
    }

    public async IAsyncEnumerable<int> Endless(string name, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        try
        {
            for (var i = 0; ; i++)
            {
                yield return i;
                await Task.Delay(1, cancellationToken);
            }
        }
        finally
        {
            Gate.Named(name).Open();
        }
    }

    public async IAsyncEnumerable<string> Gated(string gate)
    {
        yield return "first";
        await Gate.Named(gate).Pass();
        yield return "second";
    }

    public Task<int> Count() => Task.FromResult(_count);

    public Task Leave()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task LeaveAfter(string gate)
    {
        DeactivateOnIdle();
        return Gate.Named(gate).Pass();
    }
}

public sealed class EnumerationTests(TestCluster cluster) : IClassFixture<TestCluster>
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    public async Task Elements_ArriveAllAndInOrder(int count)
    {
        var seen = new List<int>();
        await foreach (var number in Grain($"all {count}").Numbers(count))
        {
            seen.Add(number);
        }

        Assert.Equal(Enumerable.Range(0, count), seen);
    }

    [Fact]
    public async Task Elements_WithBatchSizeOne_ArriveOneByOne()
    {
        var grain = Grain("one");
        await using var numbers = grain.Numbers(10).WithBatchSize(1).GetAsyncEnumerator();

        Assert.True(await numbers.MoveNextAsync());
        Assert.Equal(1, await grain.Count());
        Assert.True(await numbers.MoveNextAsync());
        Assert.Equal(2, await grain.Count());
    }

    [Fact]
    public async Task Element_IsNotHeldBackForTheNext()
    {
        var seen = new List<string>();
        await foreach (var text in Grain("gated").Gated("enumeration gate"))
        {
            seen.Add(text);
            Gate.Named("enumeration gate").Open();
        }

        Assert.Equal(["first", "second"], seen);
    }

    [Fact]
    public async Task Calls_WhileAnEnumerationWaits_Run()
    {
        var grain = Grain("calls");
        await using var texts = grain.Gated("enumeration calls").GetAsyncEnumerator();
        Assert.True(await texts.MoveNextAsync());
        var second = texts.MoveNextAsync();

        Assert.Equal(0, await grain.Count().InTime());

        Gate.Named("enumeration calls").Open();
        Assert.True(await second);
    }

    [Fact]
    public async Task Exception_ArrivesAfterTheElementsBeforeIt()
    {
        var seen = new List<int>();
        var exception = await Assert.ThrowsAsync<ApplicationException>(async () =>
        {
            await foreach (var number in Grain("fails").FailAfter(3))
            {
                seen.Add(number);
            }
        });

        Assert.Equal("broken", exception.Message);
        Assert.Equal([0, 1, 2], seen);
    }

    [Fact]
    public async Task Break_OfTheCaller_RunsTheFinallyBlockOfTheGrain()
    {
        await foreach (var number in Grain("breaks").Endless("enumeration breaks"))
        {
            if (number > 3)
            {
                break;
            }
        }

        await Gate.Named("enumeration breaks").Pass().InTime();
    }

    [Fact]
    public async Task Cancel_OfTheCaller_EndsTheEnumeration()
    {
        using var cancel = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var number in Grain("cancels").Endless("enumeration cancels").WithCancellation(cancel.Token))
            {
                if (number == 2)
                {
                    await cancel.CancelAsync();
                }
            }
        });

        await Gate.Named("enumeration cancels").Pass().InTime();
    }

    [Fact]
    public async Task Deactivation_BetweenElements_AbortsTheEnumeration()
    {
        var grain = Grain("leaves");
        await using var numbers = grain.Numbers(10).WithBatchSize(1).GetAsyncEnumerator();
        Assert.True(await numbers.MoveNextAsync());

        await grain.Leave();
        await Eventually.True(async () => await grain.Count() == 0, "a new activation");

        await Assert.ThrowsAsync<EnumerationAbortedException>(async () => await numbers.MoveNextAsync());
    }

    [Fact]
    public async Task Deactivation_AboutToCome_LeavesANewEnumerationToTheNextActivation()
    {
        var grain = Grain("about to leave");
        var leaving = grain.LeaveAfter("enumeration leaves");
        await Gate.Named("enumeration leaves").Reached;
        await using var numbers = grain.Numbers(3).WithBatchSize(1).GetAsyncEnumerator();
        var first = numbers.MoveNextAsync();

        Gate.Named("enumeration leaves").Open();

        await leaving;
        Assert.True(await first);
        Assert.True(await numbers.MoveNextAsync());
        Assert.True(await numbers.MoveNextAsync());
        Assert.False(await numbers.MoveNextAsync());
    }

    private IEnumeratingGrain Grain(string key) => cluster.Grains.GetGrain<IEnumeratingGrain>(key);
}
