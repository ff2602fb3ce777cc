using Archer.Embedded.Tests.Fixture;
using Orleans;
using Orleans.Concurrency;

namespace Archer.Embedded.Tests.Turns;

public interface ITurnGrain : IGrainWithStringKey
{
    Task Hold();

    Task<int> Count();

    [AlwaysInterleave]
    Task<int> CountNow();

    [AlwaysInterleave]
    Task HoldNow(string gate);

    [ReadOnly]
    Task ReadAndHold(string gate);

    [ReadOnly]
    Task<int> Read();

    Task IncrementAcrossAwaits();

    Task Append(int number);

    Task<List<int>> Appended();

    [OneWay]
    Task HoldOneWay();

    Task<int> Sum();
}

/// <summary>Of which a non-reentrant and a reentrant class exist.</summary>
public abstract class TurnGrainOf : Grain, ITurnGrain
{
    private readonly List<int> _appended = [];
    private int _count;
    private int _inside;
    private int _sum;

    public async Task Hold()
    {
        _count++;
        await Gate.Named(this.GetPrimaryKeyString()).Pass();
    }

    public Task<int> Count() => Task.FromResult(_count);

    public Task<int> CountNow() => Task.FromResult(_count);

    public Task HoldNow(string gate) => Gate.Named(gate).Pass();

    public Task ReadAndHold(string gate) => Gate.Named(gate).Pass();

    public Task<int> Read() => Task.FromResult(_count);

    public async Task IncrementAcrossAwaits()
    {
        // Between two awaits nobody else may run in this activation, whatever interleaves.
        if (++_inside != 1)
        {
            throw new InvalidOperationException("Two threads in one activation.");
        }

        Thread.SpinWait(50);
        _inside--;
        var before = _sum;
        await Task.Yield();
        _sum = before + 1;
    }

    public Task Append(int number)
    {
        _appended.Add(number);
        return Task.CompletedTask;
    }

    public Task<List<int>> Appended() => Task.FromResult(_appended);

    public Task HoldOneWay() => Hold();

    public Task<int> Sum() => Task.FromResult(_sum);
}

[GrainType("turn-plain")]
public sealed class PlainTurnGrain : TurnGrainOf;

[Reentrant]
[GrainType("turn-reentrant")]
public sealed class ReentrantTurnGrain : TurnGrainOf;

public interface ICycleGrain : IGrainWithStringKey
{
    Task<string> CallBack(string other);

    [ResponseTimeout("00:00:00.5")]
    Task<string> Ask(string caller);

    Task<string> Answer();
}

[GrainType("turn-cycle")]
public sealed class CycleGrain : Grain, ICycleGrain
{
    public Task<string> CallBack(string other) => GrainFactory.GetGrain<ICycleGrain>(other).Ask(this.GetPrimaryKeyString());

    public Task<string> Ask(string caller) => GrainFactory.GetGrain<ICycleGrain>(caller).Answer();

    public Task<string> Answer() => Task.FromResult("here");
}

public interface IWorkerGrain : IGrainWithIntegerKey
{
    Task Hold(string gate);
}

[StatelessWorker(2)]
[GrainType("turn-worker")]
public sealed class WorkerGrain : Grain, IWorkerGrain
{
    public Task Hold(string gate) => Gate.Named(gate).Pass();
}
