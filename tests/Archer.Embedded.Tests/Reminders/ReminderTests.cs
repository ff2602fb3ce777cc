using System.Collections.Concurrent;
using Archer.Embedded.Tests.Fixture;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Archer.Embedded.Tests.Reminders;

public interface IReminderGrain : IGrainWithStringKey
{
    Task Set(string name, TimeSpan due, TimeSpan period);

    Task Remove(string name);

    Task<List<string>> Names();

    Task Leave();
}

[GrainType("reminder")]
public sealed class ReminderGrain : Grain, IReminderGrain, IRemindable
{
    public static readonly ConcurrentDictionary<string, int> Ticks = new();
    public static readonly ConcurrentDictionary<string, bool> Deactivated = new();

    public Task Set(string name, TimeSpan due, TimeSpan period) => this.RegisterOrUpdateReminder(name, due, period);

    public async Task Remove(string name) => await this.UnregisterReminder((await this.GetReminder(name))!);

    public async Task<List<string>> Names() => [.. (await this.GetReminders()).Select(reminder => reminder.ReminderName).Order()];

    public Task Leave()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Deactivated[this.GetPrimaryKeyString()] = true;
        return Task.CompletedTask;
    }

    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        Assert.True(status.CurrentTickTime >= status.FirstTickTime);
        Ticks.AddOrUpdate($"{this.GetPrimaryKeyString()} {reminderName}", 1, (_, n) => n + 1);
        return Task.CompletedTask;
    }

    public static int TicksOf(string key, string name) => Ticks.GetValueOrDefault($"{key} {name}");
}

public sealed class ReminderTests(ReminderTests.Cluster cluster) : IClassFixture<ReminderTests.Cluster>
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(30);

    [Fact]
    public async Task Reminder_TicksAgainAndAgain()
    {
        await Grain("ticks").Set("r", TimeSpan.Zero, Soon);

        await Eventually.True(() => ReminderGrain.TicksOf("ticks", "r") >= 3, "three ticks");
    }

    [Fact]
    public async Task Reminder_ActivatesItsGrain()
    {
        await Grain("wakes").Set("r", TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        await Grain("wakes").Leave();
        await Eventually.True(() => ReminderGrain.Deactivated.ContainsKey("wakes"), "deactivation");

        await Eventually.True(() => ReminderGrain.TicksOf("wakes", "r") == 1, "the tick");
    }

    [Fact]
    public async Task Reminder_Removed_IsGone()
    {
        await Grain("removed").Set("a", TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));
        await Grain("removed").Set("b", TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));
        await Grain("removed").Remove("a");

        Assert.Equal(["b"], await Grain("removed").Names());
    }

    [Fact]
    public async Task Reminder_SetAgain_ReplacesTheOneOfThatName()
    {
        await Grain("replaced").Set("r", TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(1));
        await Grain("replaced").Set("r", TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));

        await Eventually.True(() => ReminderGrain.TicksOf("replaced", "r") == 1, "the tick");
        Assert.Equal(["r"], await Grain("replaced").Names());
    }

    [Fact]
    public async Task Reminder_BelowTheShortestPeriod_IsRefused() =>
        await Assert.ThrowsAsync<ArgumentException>(() => Grain("short").Set("r", TimeSpan.Zero, TimeSpan.FromMilliseconds(1)));

    private IReminderGrain Grain(string key) => cluster.Grains.GetGrain<IReminderGrain>(key);

    public sealed class Cluster : TestCluster
    {
        protected override void Configure(ISiloBuilder silo)
        {
            silo.UseInMemoryReminderService();
            silo.Configure<ReminderOptions>(options => options.MinimumReminderPeriod = TimeSpan.FromMilliseconds(10));
        }
    }
}
