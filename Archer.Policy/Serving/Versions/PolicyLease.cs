namespace Archer.Policy.Serving.Versions;

/// <summary>Keeps a version resident for the length of a request.</summary>
internal sealed class PolicyLease(ResidentPolicy policy) : IDisposable
{
    private int _released;

    public ResidentPolicy Policy { get; } = policy;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _released, 1) == 0)
        {
            Policy.Release();
        }
    }
}
