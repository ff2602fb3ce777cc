using Archer.Embedded.Tests.Fixture;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Archer.Embedded.Tests.State;

public sealed class Purse
{
    public int Coins { get; set; }

    public List<string> Notes { get; set; } = [];
}

public interface IPurseGrain : IGrainWithStringKey
{
    Task<int> Put(int coins);

    Task<int> PutWithoutWriting(int coins);

    Task<(int Coins, bool Exists, string? Etag)> Look();

    Task Clear();

    Task Leave();

    Task<string> PutAndCatch(int coins);
}

[GrainType("purse")]
public sealed class PurseGrain([PersistentState("purse")] IPersistentState<Purse> purse, [PersistentState("second", "PubSubStore")] IPersistentState<Purse> second)
    : Grain, IPurseGrain
{
    private int _seenAtActivation = -1;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _seenAtActivation = purse.State.Coins;
        return Task.CompletedTask;
    }

    public async Task<int> Put(int coins)
    {
        purse.State.Coins += coins;
        second.State.Coins -= coins;
        await purse.WriteStateAsync();
        await second.WriteStateAsync();
        return purse.State.Coins + second.State.Coins;
    }

    public Task<int> PutWithoutWriting(int coins) => Task.FromResult(purse.State.Coins += coins);

    public Task<(int Coins, bool Exists, string? Etag)> Look() => _seenAtActivation < 0
        ? throw new InvalidOperationException("State was not read before activation.")
        : Task.FromResult((purse.State.Coins, purse.RecordExists, purse.Etag));

    public Task Clear() => purse.ClearStateAsync();

    public Task Leave()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public async Task<string> PutAndCatch(int coins)
    {
        try
        {
            await Put(coins);
            return "written";
        }
        catch (InconsistentStateException)
        {
            await purse.ReadStateAsync();
            return "lost";
        }
    }
}

public sealed class StateTests(TestCluster cluster) : IClassFixture<TestCluster>
{
    [Fact]
    public async Task State_WithoutRecord_IsNew()
    {
        var (coins, exists, etag) = await Purse("new").Look();

        Assert.Equal(0, coins);
        Assert.False(exists);
        Assert.Null(etag);
    }

    [Fact]
    public async Task State_ThatWasWritten_IsReadByTheNextActivation()
    {
        await Purse("kept").Put(3);
        await Reactivate("kept");

        var (coins, exists, etag) = await Purse("kept").Look();
        Assert.Equal(3, coins);
        Assert.True(exists);
        Assert.NotNull(etag);
        Assert.Equal(0, await Purse("kept").Put(4));
    }

    [Fact]
    public async Task State_ThatWasNotWritten_IsLostWithTheActivation()
    {
        Assert.Equal(5, await Purse("lost").PutWithoutWriting(5));
        await Reactivate("lost");

        Assert.Equal(0, (await Purse("lost").Look()).Coins);
    }

    [Fact]
    public async Task State_ThatWasCleared_IsGone()
    {
        await Purse("cleared").Put(3);
        await Purse("cleared").Clear();

        var (coins, exists, _) = await Purse("cleared").Look();
        Assert.Equal(0, coins);
        Assert.False(exists);
    }

    [Fact]
    public async Task Write_OverAnotherVersion_FailsAndDeactivatesTheGrain()
    {
        await Purse("conflict").Put(1);
        await WriteBehindTheBack("conflict", 100);

        await Assert.ThrowsAsync<InconsistentStateException>(() => Purse("conflict").Put(1));

        await Eventually.True(async () => (await Purse("conflict").Look()).Coins == 100, "the next activation reads what storage has");
    }

    [Fact]
    public async Task Write_OverAnotherVersion_ThatTheGrainHandles_LeavesItAlive()
    {
        await Purse("handled").Put(1);
        await WriteBehindTheBack("handled", 100);

        Assert.Equal("lost", await Purse("handled").PutAndCatch(1));
        Assert.Equal(100, (await Purse("handled").Look()).Coins);
    }

    private async Task WriteBehindTheBack(string key, int coins)
    {
        var storage = cluster.Services.GetRequiredKeyedService<IGrainStorage>("Default");
        var state = new GrainState<Purse>(new Purse());
        await storage.ReadStateAsync("purse", GrainId.Create("purse", key), state);
        state.State.Coins = coins;
        await storage.WriteStateAsync("purse", GrainId.Create("purse", key), state);
    }

    private async Task Reactivate(string key)
    {
        await Purse(key).PutWithoutWriting(1000);
        await Purse(key).Leave();
        await Eventually.True(async () => (await Purse(key).Look()).Coins < 1000, "a new activation");
    }

    private IPurseGrain Purse(string key) => cluster.Grains.GetGrain<IPurseGrain>(key);
}
