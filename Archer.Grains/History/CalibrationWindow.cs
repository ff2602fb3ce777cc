using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Archer.Client.History;

namespace Archer.Grains.History;

/// <summary>What the critic said of the newest turns, and the discounted returns that followed.</summary>
internal sealed class CalibrationWindow(ImmutableArray<CalibrationPair> pairs)
{
    /// <summary>Turns that are remembered.</summary>
    public const int Size = 2_048;

    /// <summary>Groups of equal size that they are summed up in.</summary>
    public const int Groups = 10;

    private readonly Queue<CalibrationPair> _pairs = new(pairs);

    public ImmutableArray<CalibrationPair> ToImmutable() => [.. _pairs];

    /// <summary>Adds the turns of a conversation that terminated: only then is the whole return known.</summary>
    public void Add(ReadOnlySpan<float> rewards, ReadOnlySpan<float?> values, double discount)
    {
        Span<double> returns = stackalloc double[rewards.Length];
        double following = 0;
        for (var i = rewards.Length - 1; i >= 0; i--)
        {
            returns[i] = following = rewards[i] + (discount * following);
        }

        for (var i = 0; i < rewards.Length; i++)
        {
            if (values[i] is { } value)
            {
                _pairs.Enqueue(new CalibrationPair(value, (float)returns[i]));
            }
        }

        while (_pairs.Count > Size)
        {
            _pairs.Dequeue();
        }
    }

    /// <summary>The turns in groups of equal size, lowest predictions first.</summary>
    public ImmutableArray<CalibrationBin> Summarize()
    {
        CalibrationPair[] sorted = [.. _pairs.OrderBy(pair => pair.Predicted).ThenBy(pair => pair.Realised)];
        var groups = Math.Min(Groups, sorted.Length);
        var bins = new CalibrationBin[groups];
        for (var i = 0; i < groups; i++)
        {
            bins[i] = Summarize(sorted.AsSpan()[(sorted.Length * i / groups)..(sorted.Length * (i + 1) / groups)]);
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(bins);
    }

    private static CalibrationBin Summarize(ReadOnlySpan<CalibrationPair> group)
    {
        double predicted = 0, realised = 0, squares = 0;
        foreach (var pair in group)
        {
            predicted += pair.Predicted;
            realised += pair.Realised;
        }

        (predicted, realised) = (predicted / group.Length, realised / group.Length);

        foreach (var pair in group)
        {
            squares += (pair.Realised - realised) * (pair.Realised - realised);
        }

        return new CalibrationBin { Predicted = predicted, Realised = realised, Deviation = Math.Sqrt(squares / group.Length), Count = group.Length };
    }
}
