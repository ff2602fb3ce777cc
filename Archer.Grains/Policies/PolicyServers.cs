using System.Net;
using System.Net.Sockets;

namespace Archer.Grains.Policies;

/// <summary>
/// Finds every policy server. One name stands for all servers behind it (a headless service of Kubernetes): each of its addresses is a server.
/// </summary>
internal sealed class PolicyServers(IReadOnlyCollection<Uri> configured, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
{
    /// <summary>The system's names.</summary>
    public PolicyServers(IReadOnlyCollection<Uri> configured)
        : this(configured, Dns.GetHostAddressesAsync)
    {
    }

    /// <summary>The servers at this moment; none when none are configured.</summary>
    /// <exception cref="HttpRequestException">A name leads nowhere.</exception>
    public async Task<IReadOnlyList<Uri>> FindAsync(CancellationToken cancellationToken)
    {
        var found = await Task.WhenAll(configured.Select(server => ResolveAsync(server, cancellationToken))).ConfigureAwait(false);
        return [.. found.SelectMany(servers => servers).Distinct()];
    }

    /// <summary>A certificate is for a name, not for the addresses behind it: of https the name is kept.</summary>
    private async Task<IEnumerable<Uri>> ResolveAsync(Uri server, CancellationToken cancellationToken)
    {
        if (server.HostNameType != UriHostNameType.Dns || server.Scheme != Uri.UriSchemeHttp)
        {
            return [server];
        }

        try
        {
            var addresses = await resolve(server.IdnHost, cancellationToken).ConfigureAwait(false);
            return addresses.Select(address => new UriBuilder(server) { Host = address.ToString() }.Uri);
        }
        catch (SocketException failure)
        {
            throw new HttpRequestException($"No policy server is known under {server}: {failure.Message}", failure);
        }
    }
}
