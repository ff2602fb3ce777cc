namespace Archer.Embedded.Storage;

/// <summary>Where a state lies and which version it is.</summary>
internal readonly record struct StateEntry(long Version, LogAddress Address);

/// <summary>
/// The index of a log of states: 50 to 110 bytes for each. A key that is being written is taken: other writers, readers and the clean-up wait
/// for it, so that the order of a key's records in the log is the order of its versions. Not thread-safe.
/// </summary>
internal sealed class StateIndex
{
    private readonly Dictionary<UInt128, StateEntry> _entries = [];
    private readonly Dictionary<UInt128, TaskCompletionSource> _taken = [];
    private long _lastVersion;

    public int Count => _entries.Count;

    /// <summary>Bytes in the log that a clean-up would keep.</summary>
    public long LiveBytes { get; private set; }

    public StateEntry? Find(UInt128 key) => _entries.TryGetValue(key, out var entry) ? entry : null;

    /// <summary>A version above all that were ever given.</summary>
    public long NextVersion() => ++_lastVersion;

    /// <summary>Takes a key; when somebody else has it, returns what to wait for.</summary>
    public Task? TryTake(UInt128 key)
    {
        if (_taken.TryGetValue(key, out var holder))
        {
            return holder.Task;
        }

        _taken[key] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return null;
    }

    /// <summary>
    /// Whether a record of the log may hold its key's state. A write that is on the disk is in the log before it is here: while its key is taken, a
    /// record newer than what is known here is not outdated.
    /// </summary>
    public bool MayBeLive(UInt128 key, LogAddress address, long version) =>
        Find(key) is { } entry
            ? entry.Address == address || (entry.Version < version && _taken.ContainsKey(key))
            : _taken.ContainsKey(key);

    /// <summary>What to wait for before a key may be read; null when nobody has it.</summary>
    public Task? FindHolder(UInt128 key) => _taken.TryGetValue(key, out var holder) ? holder.Task : null;

    public void Release(UInt128 key)
    {
        _taken.Remove(key, out var holder);
        holder!.SetResult();
    }

    public void Set(UInt128 key, StateEntry entry)
    {
        Remove(key);
        _entries[key] = entry;
        LiveBytes += entry.Address.RecordBytes;
        _lastVersion = Math.Max(_lastVersion, entry.Version);
    }

    public void Remove(UInt128 key)
    {
        if (_entries.Remove(key, out var old))
        {
            LiveBytes -= old.Address.RecordBytes;
        }
    }

    /// <summary>Takes over a record of the log at start.</summary>
    public void Load(LogAddress address, ReadOnlySpan<byte> bytes)
    {
        var record = StateRecord.Parse(bytes);
        var key = StateKey.HashOf(record.Key);
        if (record.IsCleared)
        {
            Remove(key);
            _lastVersion = Math.Max(_lastVersion, record.Version);
        }
        else
        {
            Set(key, new StateEntry(record.Version, address));
        }
    }
}
