using Orleans.Runtime;

namespace Archer.Embedded.Enumerations;

/// <summary>What a proxy returns for a grain method that enumerates. The grain starts when the caller does.</summary>
/// <param name="target">The grain.</param>
/// <param name="call">The method and its arguments.</param>
/// <param name="method">Number of the method in its proxy.</param>
internal sealed class GrainEnumerable<T>(GrainReference target, EnumerableCall<T> call, int method) : IAsyncEnumerable<T>
{
    private const int DefaultBatchSize = 100;

    private readonly GrainReference _target = target;
    private readonly EnumerableCall<T> _call = call;
    private readonly int _method = method;
    private readonly int _maxBatchSize = DefaultBatchSize;

    private GrainEnumerable(GrainEnumerable<T> other, int maxBatchSize)
        : this(other._target, other._call, other._method) => _maxBatchSize = maxBatchSize;

    public IAsyncEnumerable<T> WithBatchSize(int maxBatchSize) => new GrainEnumerable<T>(this, maxBatchSize);

    public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        var called = _target.Target.Proxy!.Methods[_method];
        return new GrainEnumerator<T>(_target, _call, called, _maxBatchSize, cancellationToken);
    }
}
