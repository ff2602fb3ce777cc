using System.Globalization;
using Archer.Client;

namespace Archer.Grains.Retention;

/// <summary>Place of an ended conversation among all of its kind: by the time of its end, then by its id.</summary>
/// <param name="At">Time of its end, in milliseconds of Unix time.</param>
/// <param name="Conversation">Its id.</param>
public readonly record struct RetainedPlace(long At, string Conversation) : IComparable<RetainedPlace>
{
    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    /// <exception cref="InvalidRequestException">It is none of ours.</exception>
    public static RetainedPlace Parse(string cursor)
    {
        var end = cursor.IndexOf('.', StringComparison.Ordinal);
        return end > 0 && long.TryParse(cursor.AsSpan(0, end), NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            ? new RetainedPlace(at, cursor[(end + 1)..])
            : throw new InvalidRequestException("before: expected the cursor of an earlier page");
    }

    /// <inheritdoc/>
    public int CompareTo(RetainedPlace other) => At != other.At ? At.CompareTo(other.At) : string.CompareOrdinal(Conversation, other.Conversation);

    /// <summary>The place as a cursor.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At}.{Conversation}");
}
