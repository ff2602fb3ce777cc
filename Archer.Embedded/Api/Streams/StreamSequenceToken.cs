namespace Orleans.Streams;

/// <summary>A place in a stream.</summary>
[Immutable]
public abstract class StreamSequenceToken : IEquatable<StreamSequenceToken>, IComparable<StreamSequenceToken>
{
    /// <summary>Number of the batch.</summary>
    public abstract long SequenceNumber { get; protected set; }

    /// <summary>Number within the batch.</summary>
    public abstract int EventIndex { get; protected set; }

    /// <inheritdoc/>
    public abstract bool Equals(StreamSequenceToken? other);

    /// <inheritdoc/>
    public abstract int CompareTo(StreamSequenceToken? other);
}

/// <summary>Order of places.</summary>
public static class StreamSequenceTokenUtilities
{
    /// <summary>Whether the first lies behind the second.</summary>
    public static bool Newer(this StreamSequenceToken me, StreamSequenceToken other) => me.CompareTo(other) > 0;

    /// <summary>Whether the first lies before the second.</summary>
    public static bool Older(this StreamSequenceToken me, StreamSequenceToken other) => me.CompareTo(other) < 0;
}
