using System.Globalization;
using Orleans.Streams;

namespace Orleans.Runtime;

/// <summary>Identity of a stream: namespace and key.</summary>
[Immutable]
public readonly struct StreamId : IEquatable<StreamId>, IComparable<StreamId>
{
    private readonly IdSpan _namespace;
    private readonly IdSpan _key;

    private StreamId(IdSpan ns, IdSpan key)
    {
        _namespace = ns;
        _key = key;
    }

    /// <summary>The namespace as UTF-8 bytes.</summary>
    public ReadOnlyMemory<byte> Namespace => _namespace.Value;

    /// <summary>The key as UTF-8 bytes.</summary>
    public ReadOnlyMemory<byte> Key => _key.Value;

    internal IdSpan KeySpan => _key;

    /// <summary>An identity of its parts as UTF-8 bytes.</summary>
    public static StreamId Create(ReadOnlySpan<byte> ns, ReadOnlySpan<byte> key) => key.IsEmpty
        ? throw new ArgumentNullException(nameof(key))
        : new StreamId(ns.IsEmpty ? default : new IdSpan(ns.ToArray()), new IdSpan(key.ToArray()));

    /// <summary>A stream whose key is a <see cref="Guid"/>.</summary>
    public static StreamId Create(string ns, Guid key) => Create(ns, key.ToString("N"));

    /// <summary>A stream whose key is a number.</summary>
    public static StreamId Create(string ns, long key) => Create(ns, key.ToString(CultureInfo.InvariantCulture));

    /// <summary>A stream whose key is a text.</summary>
    public static StreamId Create(string ns, string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        return new StreamId(string.IsNullOrEmpty(ns) ? default : IdSpan.Create(ns), IdSpan.Create(key));
    }

    /// <summary>A stream of an identity in the older form.</summary>
    public static StreamId Create(IStreamIdentity streamIdentity) => Create(streamIdentity.Namespace, streamIdentity.Guid);

    /// <summary>The namespace; null without one.</summary>
    public string? GetNamespace() => _namespace.IsDefault ? null : _namespace.ToString();

    /// <summary>The key.</summary>
    public string GetKeyAsString() => _key.ToString();

    /// <inheritdoc/>
    public int CompareTo(StreamId other)
    {
        var byNamespace = _namespace.CompareTo(other._namespace);
        return byNamespace != 0 ? byNamespace : _key.CompareTo(other._key);
    }

    /// <inheritdoc/>
    public bool Equals(StreamId other) => _key.Equals(other._key) && _namespace.Equals(other._namespace);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is StreamId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _namespace.GetHashCode() * 31 + _key.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => $"{GetNamespace() ?? "null"}/{GetKeyAsString()}";

    /// <summary>Same stream.</summary>
    public static bool operator ==(StreamId left, StreamId right) => left.Equals(right);

    /// <summary>Different stream.</summary>
    public static bool operator !=(StreamId left, StreamId right) => !left.Equals(right);
}
