using System.Collections.Immutable;

namespace Archer.Client.Policies;

/// <summary>A stretch of an agent's replay buffer, both ends included.</summary>
[GenerateSerializer, Immutable, Alias("archer.replay-range")]
public sealed record ReplayRange
{
    /// <summary>Position of the first row.</summary>
    [Id(0)]
    public required long From { get; init; }

    /// <summary>Position of the last row.</summary>
    [Id(1)]
    public required long Through { get; init; }

    /// <summary>Whether a row is inside.</summary>
    public bool Contains(long position) => position >= From && position <= Through;

    /// <summary>The same rows as stretches that neither overlap nor touch, in order.</summary>
    public static ImmutableArray<ReplayRange> Union(IEnumerable<ReplayRange> ranges)
    {
        var union = new List<ReplayRange>();
        foreach (var range in ranges.Where(range => range.From <= range.Through).OrderBy(range => range.From))
        {
            if (union.Count > 0 && range.From <= union[^1].Through + 1)
            {
                union[^1] = union[^1] with { Through = Math.Max(union[^1].Through, range.Through) };
            }
            else
            {
                union.Add(range);
            }
        }

        return [.. union];
    }
}
