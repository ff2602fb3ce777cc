using Archer.Embedded.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Archer.Embedded.Reminders;

/// <summary>Keeps the reminders of a silo and sends them when they are due.</summary>
internal sealed partial class ReminderService(Silo silo, ReminderTable table, IOptions<ReminderOptions> options, ILogger<ReminderService> logger)
    : ISiloParticipant
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
        await table.WriteAsync(reminder);
        Set(reminder, isNew: true);
        return reminder;
    }

    /// <summary>Ends a reminder, durably before it returns.</summary>
    public async Task UnregisterAsync(GrainId grain, IGrainReminder reminder)
    {
        await table.RemoveAsync(grain.ToString(), reminder.ReminderName);
        lock (_lock)
        {
            if (_reminders.TryGetValue(grain, out var all) && all.Remove(reminder.ReminderName, out var clock))
            {
                clock.Dispose();
                if (all.Count == 0)
                {
                    _reminders.Remove(grain);
                }
            }
        }
    }

    public Task<IGrainReminder?> GetAsync(GrainId grain, string name)
    {
        lock (_lock)
        {
            return Task.FromResult<IGrainReminder?>(
                _reminders.TryGetValue(grain, out var all) && all.TryGetValue(name, out var clock) ? clock.Reminder : null);
        }
    }

    public Task<List<IGrainReminder>> GetAllAsync(GrainId grain)
    {
        lock (_lock)
        {
            return Task.FromResult<List<IGrainReminder>>(
                _reminders.TryGetValue(grain, out var all) ? [.. all.Values.Select(clock => clock.Reminder)] : []);
        }
    }

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

    [LoggerMessage(1301, LogLevel.Warning, "Reminder {Reminder} of grain {Grain} failed; it goes on")]
    private partial void LogFailed(Exception exception, string reminder, GrainId grain);
}
