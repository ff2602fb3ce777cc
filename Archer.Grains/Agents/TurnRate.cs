namespace Archer.Grains.Agents;

/// <summary>Events per second over the last ten whole seconds, in ten counters.</summary>
internal sealed class TurnRate(TimeProvider time)
{
    private const int Seconds = 10;
    private readonly long[] _counts = new long[Seconds + 1];
    private readonly long _start = time.GetTimestamp();
    private long _second;

    public void Add(int events) => _counts[Advance() % _counts.Length] += events;

    public double PerSecond
    {
        get
        {
            var now = Advance();
            var elapsed = Math.Min(now, Seconds);
            return elapsed == 0 ? 0 : (_counts.Sum() - _counts[now % _counts.Length]) / (double)elapsed;
        }
    }

    private long Advance()
    {
        var now = (long)time.GetElapsedTime(_start).TotalSeconds;
        for (_second = Math.Max(_second, now - _counts.Length); _second < now;)
        {
            _counts[++_second % _counts.Length] = 0;
        }

        return now;
    }
}
