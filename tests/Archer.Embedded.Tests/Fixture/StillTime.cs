using System.Collections.Concurrent;

namespace Archer.Embedded.Tests.Fixture;

/// <summary>A clock that stands: timers fire when the test says so only, so that nothing which it sees is due to a time-out.</summary>
internal sealed class StillTime : TimeProvider
{
    private readonly ConcurrentDictionary<TimeSpan, Timer> _timers = new();

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch;

    public override long GetTimestamp() => 1;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        _timers[dueTime] = new Timer(callback, state);

    /// <summary>Fires the timer that was made with a due time.</summary>
    public void Fire(TimeSpan dueTime) => _timers[dueTime].Fire();

    private sealed class Timer(TimerCallback callback, object? state) : ITimer
    {
        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
