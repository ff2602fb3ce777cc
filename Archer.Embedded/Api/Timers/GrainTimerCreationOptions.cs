namespace Orleans.Runtime;

/// <summary>When a grain timer ticks and what its ticks may interleave with.</summary>
public readonly struct GrainTimerCreationOptions : IEquatable<GrainTimerCreationOptions>
{
    /// <summary>Ticks first after <paramref name="dueTime"/>, then <paramref name="period"/> after the end of each tick.</summary>
    /// <param name="dueTime">Zero or more; <see cref="Timeout.InfiniteTimeSpan"/>: not until changed.</param>
    /// <param name="period"><see cref="Timeout.InfiniteTimeSpan"/>: tick once.</param>
    public GrainTimerCreationOptions(TimeSpan dueTime, TimeSpan period)
    {
        DueTime = dueTime;
        Period = period;
    }

    /// <summary>Time to the first tick.</summary>
    public TimeSpan DueTime { get; init; }

    /// <summary>Time from the end of a tick to the next.</summary>
    public TimeSpan Period { get; init; }

    /// <summary>Whether ticks may interleave with calls and other ticks. Default: no.</summary>
    public bool Interleave { get; init; }

    /// <summary>Whether a tick counts as use, so that idle collection leaves the activation alone. Default: no.</summary>
    public bool KeepAlive { get; init; }

    /// <inheritdoc/>
    public bool Equals(GrainTimerCreationOptions other) =>
        (DueTime, Period, Interleave, KeepAlive) == (other.DueTime, other.Period, other.Interleave, other.KeepAlive);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is GrainTimerCreationOptions other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(DueTime, Period, Interleave, KeepAlive);

    /// <summary>Same options.</summary>
    public static bool operator ==(GrainTimerCreationOptions left, GrainTimerCreationOptions right) => left.Equals(right);

    /// <summary>Different options.</summary>
    public static bool operator !=(GrainTimerCreationOptions left, GrainTimerCreationOptions right) => !left.Equals(right);
}
