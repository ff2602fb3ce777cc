using System.Collections.Concurrent;

namespace Archer.Testing.Grains;

/// <summary>Counts the calls that a silo's grains get, by interface and method.</summary>
public sealed class GrainCallCounts : IIncomingGrainCallFilter
{
    private readonly ConcurrentDictionary<(string Interface, string Method), int> _counts = new();

    /// <summary>Calls so far, most frequent first.</summary>
    public IReadOnlyList<(string Interface, string Method, int Calls)> All =>
        [.. _counts.Select(count => (count.Key.Interface, count.Key.Method, count.Value)).OrderByDescending(count => count.Value)];

    /// <inheritdoc/>
    public Task Invoke(IIncomingGrainCallContext context)
    {
        _counts.AddOrUpdate((context.InterfaceName, context.MethodName), 1, (_, calls) => calls + 1);
        return context.Invoke();
    }

    /// <summary>Begins anew.</summary>
    public void Clear() => _counts.Clear();
}
