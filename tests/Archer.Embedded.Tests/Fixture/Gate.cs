using System.Collections.Concurrent;

namespace Archer.Embedded.Tests.Fixture;

/// <summary>Lets a test hold a grain at a point, by name: silo and test share the process.</summary>
internal sealed class Gate
{
    private static readonly ConcurrentDictionary<string, Gate> Gates = new();

    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when somebody waits at the gate.</summary>
    public Task Reached => _reached.Task.InTime();

    public static Gate Named(string name) => Gates.GetOrAdd(name, _ => new Gate());

    public void Open() => _opened.TrySetResult();

    public async Task Pass()
    {
        _reached.TrySetResult();
        await _opened.Task;
    }
}
