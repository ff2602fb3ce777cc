using Archer.Embedded.Activations;
using Orleans.Runtime;

namespace Archer.Embedded.Timers;

internal sealed class GrainTimer<TState>(
    Activation activation, Func<TState, CancellationToken, Task> callback, TState state, GrainTimerCreationOptions options) : IGrainTimer
{
    public void Change(TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException($"{activation} {callback} {state} {options}");

    public void Dispose()
    {
    }
}
