using System.Net;
using Archer.Client;
using Archer.Client.Http;
using Archer.Policy.Serving.Versions;
using Microsoft.Extensions.Options;

namespace Archer.Policy.Serving.Role;

/// <summary>Asks a silo which version serves; an agent that the silo does not have is nobody's to decide.</summary>
internal sealed class SiloServingVersions(IOptions<PolicyProcessOptions> options, TimeProvider time) : IServingVersions, IDisposable
{
    private readonly ArcherClient _silo = new(
        new ArcherClientOptions { Url = options.Value.Silo!, Key = options.Value.SiloKey, RetryFor = TimeSpan.Zero }, time);

    public async Task<string?> AskAsync(string agent, CancellationToken cancellationToken)
    {
        try
        {
            return (await _silo.ReadAgentAsync(agent, cancellationToken)).Current;
        }
        catch (ArcherApiException unknown) when (unknown.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    public void Dispose() => _silo.Dispose();
}
