namespace Orleans.Streams;

/// <summary>Identity of a stream in the older form.</summary>
public interface IStreamIdentity
{
    /// <summary>The key.</summary>
    Guid Guid { get; }

    /// <summary>The namespace.</summary>
    string Namespace { get; }
}
