using System.Collections.Concurrent;

namespace Archer.Testing;

/// <summary>A clock that stands unless the test moves it, and timers that fire when the test says so: nothing that it sees is due to a time-out.</summary>
public sealed class StillTime : TimeProvider
{
    private readonly ConcurrentDictionary<TimeSpan, Timer> _timers = new();

    private long _ticks = 1;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(GetTimestamp());

    /// <inheritdoc/>
    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        _timers[dueTime] = new Timer(callback, state);

    /// <summary>Moves the clock; fires nothing.</summary>
    public void Advance(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);

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
