namespace Orleans.Runtime;

/// <summary>A timer of one activation. Disposing stops it.</summary>
public interface IGrainTimer : IDisposable
{
    /// <summary>Ticks at other times from now on.</summary>
    /// <param name="dueTime">Time to the next tick.</param>
    /// <param name="period">Time from the end of a tick to the next.</param>
    void Change(TimeSpan dueTime, TimeSpan period);
}
