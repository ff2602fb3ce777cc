using Archer.Client;

namespace Archer.Policy.Serving.Versions;

/// <summary>Whoever decides which version of an agent serves. The policy server only asks.</summary>
internal interface IServingVersions
{
    /// <summary>The version that serves now; null when nobody decides for this agent.</summary>
    /// <exception cref="ArcherException">The decision cannot be read at the moment.</exception>
    Task<string?> AskAsync(string agent, CancellationToken cancellationToken);
}

/// <summary>A policy server of its own that knows no silo: nobody decides.</summary>
internal sealed class UndecidedVersions : IServingVersions
{
    public Task<string?> AskAsync(string agent, CancellationToken cancellationToken) => Task.FromResult<string?>(null);
}
