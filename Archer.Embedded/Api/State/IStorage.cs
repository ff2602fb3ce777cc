namespace Orleans.Core;

/// <summary>Reads and writes one state of one activation.</summary>
public interface IStorage
{
    /// <summary>Version in storage that the state was read as or last written as; null before.</summary>
    string? Etag { get; }

    /// <summary>Whether storage holds the state.</summary>
    bool RecordExists { get; }

    /// <summary>Removes the state from storage and begins with a new one.</summary>
    Task ClearStateAsync();

    /// <summary>Writes the state.</summary>
    /// <exception cref="Orleans.Storage.InconsistentStateException">Storage has another version than the one that was read.</exception>
    Task WriteStateAsync();

    /// <summary>Reads the state again, what was in memory is lost.</summary>
    Task ReadStateAsync();

    /// <inheritdoc cref="ClearStateAsync()"/>
    Task ClearStateAsync(CancellationToken cancellationToken) => ClearStateAsync();

    /// <inheritdoc cref="WriteStateAsync()"/>
    Task WriteStateAsync(CancellationToken cancellationToken) => WriteStateAsync();

    /// <inheritdoc cref="ReadStateAsync()"/>
    Task ReadStateAsync(CancellationToken cancellationToken) => ReadStateAsync();
}

/// <inheritdoc/>
/// <typeparam name="TState">Type of the state.</typeparam>
public interface IStorage<TState> : IStorage
{
    /// <summary>The state.</summary>
    TState State { get; set; }
}
