using Archer.Embedded.Tests.Fixture;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Storage;

namespace Archer.Embedded.Tests.Reminders;

/// <summary>After a write that failed the silo knows the reminders that storage has, and goes on.</summary>
public sealed class ReminderStorageTests(ReminderStorageTests.Cluster cluster) : IClassFixture<ReminderStorageTests.Cluster>
{
    private static readonly TimeSpan Long = TimeSpan.FromDays(1);

    [Fact]
    public async Task Register_ThatFailsThoughItWasStored_IsKnown_AndLaterChangesWork()
    {
        var grain = Grain("stored");
        cluster.Storage.Fail(Fault.WriteAfterStoring);
        await Assert.ThrowsAsync<IOException>(() => grain.Set("a", Long, Long));

        Assert.Equal(["a"], await grain.Names());
        await grain.Set("b", Long, Long);
        await grain.Remove("a");
        Assert.Equal(["b"], await grain.Names());
    }

    [Fact]
    public async Task Register_ThatFailsAndWasNotStored_IsNotKnown_AndLaterChangesWork()
    {
        var grain = Grain("not stored");
        cluster.Storage.Fail(Fault.WriteBeforeStoring);
        await Assert.ThrowsAsync<IOException>(() => grain.Set("a", Long, Long));

        Assert.Empty(await grain.Names());
        await grain.Set("b", Long, Long);
        Assert.Equal(["b"], await grain.Names());
    }

    [Fact]
    public async Task Unregister_ThatFailsThoughItWasStored_EndsTheReminder()
    {
        var grain = Grain("removed");
        await grain.Set("a", Long, Long);
        cluster.Storage.Fail(Fault.WriteAfterStoring);
        await Assert.ThrowsAsync<IOException>(() => grain.Remove("a"));

        Assert.Empty(await grain.Names());
        await grain.Set("b", Long, Long);
        Assert.Equal(["b"], await grain.Names());
    }

    [Fact]
    public async Task Unregister_ThatFailsAndWasNotStored_LeavesTheReminder()
    {
        var grain = Grain("not removed");
        await grain.Set("a", Long, Long);
        cluster.Storage.Fail(Fault.WriteBeforeStoring);
        await Assert.ThrowsAsync<IOException>(() => grain.Remove("a"));

        Assert.Equal(["a"], await grain.Names());
    }

    [Fact]
    public async Task Storage_ThatCannotBeReadEither_IsReadByTheNextUse()
    {
        var grain = Grain("down");
        cluster.Storage.Fail(Fault.WriteAfterStoring, Fault.Read, Fault.Read);
        await Assert.ThrowsAsync<IOException>(() => grain.Set("a", Long, Long));

        await Assert.ThrowsAsync<IOException>(grain.Names);
        Assert.Equal(["a"], await grain.Names());
    }

    private IReminderGrain Grain(string key) => cluster.Grains.GetGrain<IReminderGrain>(key);

    public sealed class Cluster : TestCluster
    {
        internal FaultyStorage Storage { get; } = new();

        protected override void Configure(ISiloBuilder silo)
        {
            silo.Services.AddKeyedSingleton<IGrainStorage>("faulty", Storage);
            silo.UseLocalReminderService("faulty");
        }
    }
}
