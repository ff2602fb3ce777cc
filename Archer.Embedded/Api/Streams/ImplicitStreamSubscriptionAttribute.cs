namespace Orleans;

/// <summary>Subscribes a grain class to all streams of a namespace: the stream's key is the key of the grain.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public class ImplicitStreamSubscriptionAttribute : Attribute
{
    /// <summary>Every namespace.</summary>
    public ImplicitStreamSubscriptionAttribute()
    {
    }

    /// <summary>One namespace.</summary>
    /// <param name="streamNamespace">The namespace.</param>
    /// <param name="streamIdMapper">The embedded host has one mapping only, null.</param>
    public ImplicitStreamSubscriptionAttribute(string streamNamespace, string? streamIdMapper = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(streamNamespace);
        Namespace = streamNamespace.Trim();
        StreamIdMapper = streamIdMapper;
    }

    /// <summary>Name of the mapping from stream to grain; null for the default one.</summary>
    public string? StreamIdMapper { get; init; }

    internal string? Namespace { get; }

    internal bool Matches(string? streamNamespace) => Namespace is null || Namespace == streamNamespace;
}
