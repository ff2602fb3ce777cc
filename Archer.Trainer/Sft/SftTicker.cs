using System.Globalization;

namespace Archer.Trainer.Sft;

/// <summary>Says every few seconds what behaviour cloning does and how long it will take, however long one step or validation takes.</summary>
public sealed class SftTicker : IDisposable
{
    /// <summary>Time between two lines.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _time;
    private readonly Action<string> _say;
    private readonly Lock _lock = new();
    private readonly ITimer _timer;
    private string _phase;
    private long _since;
    private (int Step, int Steps, double Loss)? _at;
    private bool _ended;

    /// <summary>Begins in a phase.</summary>
    /// <param name="time">Clock.</param>
    /// <param name="phase">What is done first, in words.</param>
    /// <param name="say">Takes a line; never from two threads at once.</param>
    public SftTicker(TimeProvider time, string phase, Action<string> say)
    {
        (_time, _phase, _say) = (time, phase, say);
        _since = time.GetTimestamp();
        _timer = time.CreateTimer(_ => Tick(), null, Interval, Interval);
    }

    /// <summary>Another phase begins.</summary>
    public void Enter(string phase)
    {
        lock (_lock)
        {
            (_phase, _since, _at) = (phase, _time.GetTimestamp(), null);
        }
    }

    /// <summary>A step was done.</summary>
    public void Step(int step, int steps, double loss)
    {
        lock (_lock)
        {
            _at = (step, steps, loss);
        }
    }

    /// <summary>Says a line of its own, between two of the ticker's.</summary>
    public void Say(string line)
    {
        lock (_lock)
        {
            _say(line);
        }
    }

    /// <summary>Says nothing from here on.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _ended = true;
        }

        _timer.Dispose();
    }

    private void Tick()
    {
        lock (_lock)
        {
            if (!_ended)
            {
                _say(Line());
            }
        }
    }

    private string Line()
    {
        var elapsed = _time.GetElapsedTime(_since);
        return _at is { } at
            ? string.Create(CultureInfo.InvariantCulture, $"step {at.Step}/{at.Steps}: loss {at.Loss:F4}; {elapsed:hh\\:mm\\:ss} gone, {elapsed / at.Step * (at.Steps - at.Step):hh\\:mm\\:ss} left")
            : string.Create(CultureInfo.InvariantCulture, $"{_phase}; {elapsed:hh\\:mm\\:ss} gone");
    }
}
