using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Orleans.Storage;

namespace Archer.Testing.Grains;

/// <summary>
/// The disk under grain state: it survives a host, and fails when a test says so. What it keeps is text, so that every state must survive
/// being written and read.
/// </summary>
public sealed class StateDisk
{
    private readonly ConcurrentDictionary<(string State, string Grain), (string Json, string ETag)> _records = new();
    private readonly ConcurrentDictionary<(string State, string Grain), int> _reads = new();
    private readonly ConcurrentDictionary<string, int> _writes = new();
    private long _version;
    private int _failBefore;
    private int _failAfter;

    /// <summary>Writes so far.</summary>
    public long Writes => Interlocked.Read(ref _version);

    /// <summary>Writes of one state so far, of all grains.</summary>
    public int WritesOf(string state) => _writes.GetValueOrDefault(state);

    /// <summary>Times that a state was read: once by each activation that begins with it.</summary>
    public int Reads(string state, string grain) =>
        _reads.Where(read => read.Key.State == state && read.Key.Grain.EndsWith("/" + grain, StringComparison.Ordinal)).Sum(read => read.Value);

    /// <summary>States that fail; null is all.</summary>
    public string? FailingState { get; set; }

    /// <summary>The next writes fail and change nothing.</summary>
    public void FailNextWrites(int writes = 1) => Interlocked.Exchange(ref _failBefore, writes);

    /// <summary>The next writes take effect and then fail, so that the writer cannot know.</summary>
    public void FailNextWritesAfterTheFact(int writes = 1) => Interlocked.Exchange(ref _failAfter, writes);

    /// <summary>Text of a state, or null.</summary>
    public string? Find(string state, string grain) =>
        _records.FirstOrDefault(record => record.Key.State == state && record.Key.Grain.EndsWith("/" + grain, StringComparison.Ordinal)).Value.Json;

    /// <summary>What one host sees of the disk, until it dies.</summary>
    public Session Open() => new(this);

    private static bool Take(ref int count)
    {
        if (Interlocked.Decrement(ref count) >= 0)
        {
            return true;
        }

        Interlocked.CompareExchange(ref count, 0, -1);
        return false;
    }

    private void Write<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var counts = FailingState is null || FailingState == stateName;
        if (counts && Take(ref _failBefore))
        {
            throw new IOException("The disk is full.");
        }

        var key = (stateName, grainId.ToString());
        var stored = _records.TryGetValue(key, out var record) ? record.ETag : null;
        if (stored != grainState.ETag)
        {
            throw new InconsistentStateException("Another writer came first.", stored ?? "", grainState.ETag ?? "");
        }

        var etag = Interlocked.Increment(ref _version).ToString(CultureInfo.InvariantCulture);
        _writes.AddOrUpdate(stateName, 1, (_, writes) => writes + 1);
        _records[key] = (JsonSerializer.Serialize(grainState.State), etag);
        if (counts && Take(ref _failAfter))
        {
            throw new IOException("The disk did not answer.");
        }

        (grainState.ETag, grainState.RecordExists) = (etag, true);
    }

    /// <summary>One host's storage.</summary>
    public sealed class Session(StateDisk disk) : IGrainStorage
    {
        private volatile bool _dead;

        /// <summary>The host has died: what it still tries does not reach the disk.</summary>
        public void Die() => _dead = true;

        /// <inheritdoc/>
        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            disk._reads.AddOrUpdate((stateName, grainId.ToString()), 1, (_, reads) => reads + 1);
            if (disk._records.TryGetValue((stateName, grainId.ToString()), out var record))
            {
                grainState.State = JsonSerializer.Deserialize<T>(record.Json)!;
                (grainState.ETag, grainState.RecordExists) = (record.ETag, true);
            }
            else
            {
                grainState.State = Activator.CreateInstance<T>();
                (grainState.ETag, grainState.RecordExists) = (null, false);
            }

            return Task.CompletedTask;
        }

        /// <inheritdoc/>
        public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            // A write takes a moment, so that what interleaves with it does.
            await Task.Yield();
            ObjectDisposedException.ThrowIf(_dead, this);
            disk.Write(stateName, grainId, grainState);
        }

        /// <inheritdoc/>
        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            disk._records.TryRemove((stateName, grainId.ToString()), out _);
            (grainState.ETag, grainState.RecordExists) = (null, false);
            return Task.CompletedTask;
        }
    }
}
