using System.Text;
using Archer.Embedded.Identity;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Archer.Embedded.Reminders;

/// <summary>
/// The reminders in storage: shards of a grain storage, as that has no listing. A change writes one shard. Without a storage nothing is kept.
/// </summary>
internal sealed class ReminderTable(IGrainStorage? storage)
{
    private const int ShardCount = 64;
    private const string StateName = "reminders";

    private readonly Shard[] _shards = [.. Enumerable.Range(0, storage is null ? 0 : ShardCount).Select(_ => new Shard())];

    /// <summary>All reminders.</summary>
    public async Task<List<Reminder>> ReadAsync()
    {
        for (var i = 0; i < _shards.Length; i++)
        {
            await storage!.ReadStateAsync(StateName, IdOf(i), _shards[i].State);
        }

        return [.. _shards.SelectMany(shard => shard.State.State.Reminders)];
    }

    public Task WriteAsync(Reminder reminder) => ChangeAsync(
        reminder.Grain, all => [.. all.Where(other => !IsSame(other, reminder.Grain, reminder.Name)), reminder]);

    public Task RemoveAsync(string grain, string name) => ChangeAsync(grain, all => [.. all.Where(other => !IsSame(other, grain, name))]);

    private static bool IsSame(Reminder reminder, string grain, string name) => reminder.Grain == grain && reminder.Name == name;

    private static GrainId IdOf(int shard) => GrainId.Create("archer-reminders", shard.ToString("D2", System.Globalization.CultureInfo.InvariantCulture));

    private async Task ChangeAsync(string grain, Func<IReadOnlyList<Reminder>, Reminder[]> change)
    {
        if (_shards.Length == 0)
        {
            return;
        }

        var index = (int)((uint)StableHash.Compute(Encoding.UTF8.GetBytes(grain)) % ShardCount);
        var shard = _shards[index];
        await shard.Gate.WaitAsync();
        try
        {
            var before = shard.State.State;
            shard.State.State = new ReminderShard { Reminders = change(before.Reminders) };
            try
            {
                await storage!.WriteStateAsync(StateName, IdOf(index), shard.State);
            }
            catch
            {
                shard.State.State = before;
                throw;
            }
        }
        finally
        {
            shard.Gate.Release();
        }
    }

    private sealed class Shard
    {
        public SemaphoreSlim Gate { get; } = new(1, 1);

        public GrainState<ReminderShard> State { get; } = new(new ReminderShard());
    }
}

/// <summary>The reminders of one shard, as stored.</summary>
internal sealed record ReminderShard
{
    public Reminder[] Reminders { get; init; } = [];
}
