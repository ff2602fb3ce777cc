using System.Collections.Immutable;

namespace Archer.Grains.History;

/// <summary>
/// A curve of bounded length: when it is full, neighbours are joined in pairs and from then on twice as many observations make a point.
/// Every point but the last stands for equally many.
/// </summary>
/// <param name="points">What was there before.</param>
/// <param name="count">Observations that a point stands for.</param>
/// <param name="join">An earlier and a later point as one.</param>
internal sealed class ThinnedSeries<T>(ImmutableArray<T> points, Func<T, long> count, Func<T, T, T> join)
{
    /// <summary>Most points.</summary>
    public const int Capacity = 512;

    private readonly List<T> _points = [.. points];
    private long _stride = points.IsEmpty ? 1 : points.Max(count);

    public ImmutableArray<T> ToImmutable() => [.. _points];

    /// <summary>Adds one observation.</summary>
    public void Add(T observation)
    {
        if (_points.Count > 0 && count(_points[^1]) < _stride)
        {
            _points[^1] = join(_points[^1], observation);
            return;
        }

        if (_points.Count == Capacity)
        {
            Halve();
        }

        _points.Add(observation);
    }

    /// <summary>Removes the newest points for which a condition holds, up to the first for which it does not.</summary>
    public void RemoveNewest(Predicate<T> condition)
    {
        while (_points.Count > 0 && condition(_points[^1]))
        {
            _points.RemoveAt(_points.Count - 1);
        }
    }

    private void Halve()
    {
        for (var i = 0; i < Capacity / 2; i++)
        {
            _points[i] = join(_points[2 * i], _points[(2 * i) + 1]);
        }

        _points.RemoveRange(Capacity / 2, Capacity / 2);
        _stride *= 2;
    }
}
