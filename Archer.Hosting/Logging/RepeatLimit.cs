using System.Globalization;

namespace Archer.Hosting.Logging;

/// <summary>
/// Lets the first failure of a kind through, with its stack trace, and counts those that follow it; as long as they come, one line each interval
/// tells how many. What is the same kind: the log's message template, the agent if it names one, the types of the exception and its cause, and the method
/// that threw that; without an exception, the same words.
/// </summary>
internal sealed class RepeatLimit(TimeSpan interval, TimeProvider time) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Burst> _bursts = new(StringComparer.Ordinal);
    private ITimer? _timer;

    /// <summary>Whether a failure is to be logged as it is; otherwise it is counted.</summary>
    /// <param name="kind">What makes it the same as others.</param>
    /// <param name="repeat">Logs that it came so often again; called with the words for that.</param>
    public bool IsFirst(string kind, Action<string> repeat)
    {
        lock (_gate)
        {
            _timer ??= time.CreateTimer(_ => Tell(), null, interval, interval);
            if (!_bursts.TryGetValue(kind, out var burst))
            {
                _bursts.Add(kind, new Burst());
                return true;
            }

            burst.Count++;
            burst.Repeat = repeat;
            return false;
        }
    }

    public void Dispose()
    {
        _timer?.Dispose();
        Tell();
    }

    private void Tell()
    {
        List<Action> lines = [];
        lock (_gate)
        {
            foreach (var (kind, burst) in _bursts.ToList())
            {
                if (burst.Repeat is not { } repeat)
                {
                    _bursts.Remove(kind);
                    continue;
                }

                var words = string.Create(CultureInfo.InvariantCulture, $"{burst.Count:N0} more in {interval.TotalSeconds:0} s");
                lines.Add(() => repeat(words));
                (burst.Count, burst.Repeat) = (0, null);
            }
        }

        foreach (var line in lines)
        {
            try
            {
                line();
            }
            catch (Exception)
            {
                // Boundary: nobody called this, so that a log that cannot be written would end the process, and there is nowhere to tell it.
            }
        }
    }

    private sealed class Burst
    {
        public long Count { get; set; }

        /// <summary>Logs the newest one's text; null when none came since the last look.</summary>
        public Action<string>? Repeat { get; set; }
    }
}
