using Orleans;

namespace Archer.Benchmarks.GrainHost;

/// <summary>A grain whose calls cost nothing but the call.</summary>
public interface ICounterGrain : IGrainWithStringKey
{
    /// <summary>Adds one.</summary>
    Task<int> Increment();
}

/// <inheritdoc cref="ICounterGrain"/>
[GrainType("benchmark-counter")]
public sealed class CounterGrain : Grain, ICounterGrain
{
    private int _count;

    /// <inheritdoc/>
    public Task<int> Increment() => Task.FromResult(++_count);
}

/// <summary>Calls another grain, so that calls between grains are measured, too.</summary>
public interface ICallerGrain : IGrainWithStringKey
{
    /// <summary>Calls a counter so many times, one after the other.</summary>
    Task Run(string counter, int calls);
}

/// <inheritdoc cref="ICallerGrain"/>
[GrainType("benchmark-caller")]
public sealed class CallerGrain : Grain, ICallerGrain
{
    /// <inheritdoc/>
    public async Task Run(string counter, int calls)
    {
        var grain = GrainFactory.GetGrain<ICounterGrain>(counter);
        for (var i = 0; i < calls; i++)
        {
            await grain.Increment();
        }
    }
}
