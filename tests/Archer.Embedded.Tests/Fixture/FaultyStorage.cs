using System.Collections.Concurrent;
using Archer.Embedded.State;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Archer.Embedded.Tests.Fixture;

/// <summary>A storage in memory whose next operations fail, as the test says: a write before or after it is stored.</summary>
internal sealed class FaultyStorage : IGrainStorage
{
    private readonly MemoryGrainStorage _storage = new("faulty");
    private readonly ConcurrentQueue<Fault> _faults = new();

    public void Fail(params Fault[] faults)
    {
        foreach (var fault in faults)
        {
            _faults.Enqueue(fault);
        }
    }

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (_faults.TryPeek(out var fault) && fault == Fault.Read && _faults.TryDequeue(out _))
        {
            throw new IOException("read failed");
        }

        return _storage.ReadStateAsync(stateName, grainId, grainState);
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await Task.Yield();
        if (!_faults.TryPeek(out var fault) || fault == Fault.Read || !_faults.TryDequeue(out _))
        {
            await _storage.WriteStateAsync(stateName, grainId, grainState);
            return;
        }

        if (fault == Fault.WriteAfterStoring)
        {
            // The writer never learns the new version.
            await _storage.WriteStateAsync(stateName, grainId, new GrainState<T>(grainState.State, grainState.ETag));
        }

        throw new IOException("write failed");
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        _storage.ClearStateAsync(stateName, grainId, grainState);
}

internal enum Fault
{
    Read,
    WriteBeforeStoring,
    WriteAfterStoring,
}
