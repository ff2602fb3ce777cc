using Archer.Embedded.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Archer.Embedded.Reminders;

/// <summary>Keeps the reminders of a silo and sends them when they are due.</summary>
internal sealed partial class ReminderService(Silo silo, ReminderTable table, IOptions<ReminderOptions> options, ILogger<ReminderService> logger)
    : ISiloParticipant, IReminderMirror
{
    private readonly Lock _lock = new();
    private readonly Dictionary<GrainId, Dictionary<string, ReminderClock>> _reminders = [];
    private bool _stopped;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var reminder in await table.ReadAsync())
        {
            Set(reminder, isNew: false);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _stopped = true;
            foreach (var clock in _reminders.Values.SelectMany(all => all.Values))
            {
                clock.Dispose();
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>Sets a reminder, durably before it returns.</summary>
    public async Task<IGrainReminder> RegisterOrUpdateAsync(GrainId grain, string name, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, TimeSpan.Zero);
        if (period < options.Value.MinimumReminderPeriod)
        {
            throw new ArgumentException(
                $"Cannot register reminder \"{name}\" of grain {grain}: its period {period} is below the minimum of {options.Value.MinimumReminderPeriod}.",
                nameof(period));
        }

        var reminder = new Reminder(grain.ToString(), name, silo.Time.GetUtcNow() + dueTime, period);
        await table.WriteAsync(reminder, this);
        return reminder;
    }

    /// <summary>Ends a reminder, durably before it returns.</summary>
    public Task UnregisterAsync(GrainId grain, IGrainReminder reminder) => table.RemoveAsync(grain.ToString(), reminder.ReminderName, this);

    public async Task<IGrainReminder?> GetAsync(GrainId grain, string name)
    {
        await table.RefreshAsync(grain.ToString(), this);
        lock (_lock)
        {
            return _reminders.TryGetValue(grain, out var all) && all.TryGetValue(name, out var clock) ? clock.Reminder : null;
        }
    }

    public async Task<List<IGrainReminder>> GetAllAsync(GrainId grain)
    {
        await table.RefreshAsync(grain.ToString(), this);
        lock (_lock)
        {
            return _reminders.TryGetValue(grain, out var all) ? [.. all.Values.Select(clock => clock.Reminder)] : [];
        }
    }

    void IReminderMirror.Set(Reminder reminder) => Set(reminder, isNew: true);

    void IReminderMirror.Remove(string grain, string name) => Remove(GrainId.Parse(grain), name);

    void IReminderMirror.Replace(Func<string, bool> isOneOfTheGrains, IReadOnlyList<Reminder> reminders)
    {
        var stored = reminders.ToHashSet();
        List<Reminder> ticking;
        lock (_lock)
        {
            ticking = [.. _reminders.Where(pair => isOneOfTheGrains(pair.Key.ToString())).SelectMany(pair => pair.Value.Values).Select(clock => clock.Reminder)];
        }

        foreach (var gone in ticking.Where(reminder => !stored.Contains(reminder)))
        {
            Remove(GrainId.Parse(gone.Grain), gone.Name);
        }

        foreach (var reminder in stored.Except(ticking))
        {
            Set(reminder, isNew: false);
        }
    }

    void IReminderMirror.ReportUnknown(Exception exception) => LogUnknown(exception);

    private void Set(Reminder reminder, bool isNew)
    {
        var grain = GrainId.Parse(reminder.Grain);
        lock (_lock)
        {
            if (_stopped)
            {
                return;
            }

            if (!_reminders.TryGetValue(grain, out var all))
            {
                _reminders[grain] = all = [];
            }

            if (all.TryGetValue(reminder.Name, out var before))
            {
                before.Dispose();
            }

            all[reminder.Name] = new ReminderClock(reminder, isNew, silo.Time, status => SendAsync(grain, reminder, status));
        }
    }

    private void Remove(GrainId grain, string name)
    {
        lock (_lock)
        {
            if (_reminders.TryGetValue(grain, out var all) && all.Remove(name, out var clock))
            {
                clock.Dispose();
                if (all.Count == 0)
                {
                    _reminders.Remove(grain);
                }
            }
        }
    }

    private async Task SendAsync(GrainId grain, Reminder reminder, TickStatus status)
    {
        try
        {
            await silo.Factory.GetGrain<IRemindable>(grain).ReceiveReminder(reminder.Name, status);
        }
        catch (Exception exception)
        {
            // Host boundary: the next tick comes whatever happened to this one.
            LogFailed(exception, reminder.Name, grain);
        }
    }

    [LoggerMessage(1302, LogLevel.Warning, "It is not known which reminders are stored, as they could not be read after a write that failed; the next use reads them")]
    private partial void LogUnknown(Exception exception);

    [LoggerMessage(1301, LogLevel.Warning, "Reminder {Reminder} of grain {Grain} failed; it goes on")]
    private partial void LogFailed(Exception exception, string reminder, GrainId grain);
}
