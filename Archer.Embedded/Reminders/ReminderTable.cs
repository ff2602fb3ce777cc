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

    /// <summary>Keeps a reminder, then tells the mirror.</summary>
    public Task WriteAsync(Reminder reminder, IReminderMirror mirror) => ChangeAsync(
        reminder.Grain,
        all => [.. all.Where(other => !IsSame(other, reminder.Grain, reminder.Name)), reminder],
        mirror,
        () => mirror.Set(reminder));

    /// <summary>Forgets a reminder, then tells the mirror.</summary>
    public Task RemoveAsync(string grain, string name, IReminderMirror mirror) => ChangeAsync(
        grain,
        all => [.. all.Where(other => !IsSame(other, grain, name))],
        mirror,
        () => mirror.Remove(grain, name));

    /// <summary>Reads the reminders of a grain again if it is not known what storage has of them.</summary>
    public Task RefreshAsync(string grain, IReminderMirror mirror)
    {
        var index = ShardOf(grain);
        return _shards.Length == 0 || !_shards[index].IsUnknown ? Task.CompletedTask : _shards[index].AloneAsync(() => KnowAsync(index, mirror));
    }

    private static bool IsSame(Reminder reminder, string grain, string name) => reminder.Grain == grain && reminder.Name == name;

    private static int ShardOf(string grain) => (int)((uint)StableHash.Compute(Encoding.UTF8.GetBytes(grain)) % ShardCount);

    private static GrainId IdOf(int shard) => GrainId.Create("archer-reminders", shard.ToString("D2", System.Globalization.CultureInfo.InvariantCulture));

    // The mirror is told behind the gate: whatever the order of changes in storage is, it sees the same.
    private Task ChangeAsync(string grain, Func<IReadOnlyList<Reminder>, Reminder[]> change, IReminderMirror mirror, Action tell)
    {
        if (_shards.Length == 0)
        {
            tell();
            return Task.CompletedTask;
        }

        var index = ShardOf(grain);
        return _shards[index].AloneAsync(() => ChangeAsync(index, change, mirror, tell));
    }

    private async Task ChangeAsync(int index, Func<IReadOnlyList<Reminder>, Reminder[]> change, IReminderMirror mirror, Action tell)
    {
        var shard = _shards[index];
        try
        {
            await KnowAsync(index, mirror);
            shard.IsUnknown = true;
            shard.State.State = new ReminderShard { Reminders = change(shard.State.State.Reminders) };
            await storage!.WriteStateAsync(StateName, IdOf(index), shard.State);
            shard.IsUnknown = false;
            tell();
        }
        catch when (shard.IsUnknown)
        {
            await TryKnowAsync(index, mirror);
            throw;
        }
    }

    // A write that failed may have been stored all the same.
    private async Task KnowAsync(int index, IReminderMirror mirror)
    {
        var shard = _shards[index];
        if (shard.IsUnknown)
        {
            await storage!.ReadStateAsync(StateName, IdOf(index), shard.State);
            shard.IsUnknown = false;
            mirror.Replace(grain => ShardOf(grain) == index, shard.State.State.Reminders);
        }
    }

    private async Task TryKnowAsync(int index, IReminderMirror mirror)
    {
        try
        {
            await KnowAsync(index, mirror);
        }
        catch (Exception exception)
        {
            // Host boundary: the caller gets what its write failed with; the next use reads.
            mirror.ReportUnknown(exception);
        }
    }

    private sealed class Shard
    {
        public SemaphoreSlim Gate { get; } = new(1, 1);

        public GrainState<ReminderShard> State { get; } = new(new ReminderShard());

        /// <summary>A write failed: what storage has must be read before it is used.</summary>
        public bool IsUnknown { get; set; }

        public async Task AloneAsync(Func<Task> work)
        {
            await Gate.WaitAsync();
            try
            {
                await work();
            }
            finally
            {
                Gate.Release();
            }
        }
    }
}

/// <summary>What ticks: the same as what is stored.</summary>
internal interface IReminderMirror
{
    /// <summary>A reminder was set just now.</summary>
    void Set(Reminder reminder);

    /// <summary>A reminder was removed.</summary>
    void Remove(string grain, string name);

    /// <summary>These are all reminders of some grains.</summary>
    void Replace(Func<string, bool> isOneOfTheGrains, IReadOnlyList<Reminder> reminders);

    /// <summary>Storage failed, so that it is not known what it has.</summary>
    void ReportUnknown(Exception exception);
}

/// <summary>The reminders of one shard, as stored.</summary>
internal sealed record ReminderShard
{
    public Reminder[] Reminders { get; init; } = [];
}
