using Orleans.Runtime;

namespace Archer.Embedded.Reminders;

/// <summary>Ticks at the multiples of a reminder's period. Ticks that were missed, while nothing ran, are not made up for.</summary>
internal sealed class ReminderClock : IDisposable
{
    // Timers take no longer times; a later tick is approached in steps.
    private static readonly TimeSpan LongestStep = TimeSpan.FromDays(30);

    private readonly TimeProvider _time;
    private readonly Func<TickStatus, Task> _send;
    private readonly ITimer _timer;
    private DateTimeOffset _due;
    private volatile bool _disposed;

    /// <param name="reminder">The reminder.</param>
    /// <param name="isNew">Set just now: its first tick is not missed, however soon it is due.</param>
    /// <param name="time">The time.</param>
    /// <param name="send">Sends a tick.</param>
    public ReminderClock(Reminder reminder, bool isNew, TimeProvider time, Func<TickStatus, Task> send)
    {
        Reminder = reminder;
        _time = time;
        _send = send;
        _timer = time.CreateTimer(static self => _ = ((ReminderClock)self!).OnTimerAsync(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (isNew)
        {
            _due = reminder.FirstDue;
            Step(time.GetUtcNow());
        }
        else
        {
            Arm();
        }
    }

    public Reminder Reminder { get; }

    public void Dispose()
    {
        _disposed = true;
        _timer.Dispose();
    }

    private void Arm()
    {
        var now = _time.GetUtcNow();
        var late = now - Reminder.FirstDue;
        _due = late <= TimeSpan.Zero ? Reminder.FirstDue : Reminder.FirstDue + (Reminder.Period * (Math.Floor(late / Reminder.Period) + 1));
        Step(now);
    }

    private void Step(DateTimeOffset now)
    {
        if (!_disposed)
        {
            var wait = _due - now;
            _timer.Change(wait <= TimeSpan.Zero ? TimeSpan.Zero : wait > LongestStep ? LongestStep : wait, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task OnTimerAsync()
    {
        var now = _time.GetUtcNow();
        if (_disposed)
        {
            return;
        }

        if (now < _due)
        {
            Step(now);
            return;
        }

        await _send(new TickStatus(Reminder.FirstDue.UtcDateTime, Reminder.Period, now.UtcDateTime));
        Arm();
    }
}
