namespace Orleans;

/// <summary>State of a grain with what its storage knows about it.</summary>
/// <typeparam name="T">Type of the state.</typeparam>
public interface IGrainState<T>
{
    /// <summary>The state.</summary>
    T State { get; set; }

    /// <summary>Version in storage that the state was read as or last written as; null before.</summary>
    string? ETag { get; set; }

    /// <summary>Whether storage holds the state.</summary>
    bool RecordExists { get; set; }
}

/// <inheritdoc cref="IGrainState{T}"/>
public sealed class GrainState<T> : IGrainState<T>
{
    /// <summary>No state.</summary>
    public GrainState()
        : this(default!)
    {
    }

    /// <summary>A state that storage does not know.</summary>
    public GrainState(T state)
        : this(state, null)
    {
    }

    /// <summary>A state with its version.</summary>
    public GrainState(T state, string? eTag)
    {
        State = state;
        ETag = eTag;
    }

    /// <inheritdoc/>
    public T State { get; set; }

    /// <inheritdoc/>
    public string? ETag { get; set; }

    /// <inheritdoc/>
    public bool RecordExists { get; set; }
}
