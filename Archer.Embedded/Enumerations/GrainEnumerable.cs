namespace Archer.Embedded.Enumerations;

internal abstract class GrainEnumerable<T> : IAsyncEnumerable<T>
{
    public abstract IAsyncEnumerable<T> WithBatchSize(int maxBatchSize);
    public abstract IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default);
}
