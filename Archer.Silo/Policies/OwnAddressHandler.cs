using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Archer.Silo.Policies;

/// <summary>Sends requests for the placeholder to this very process, whose address is known only once it listens.</summary>
internal sealed class OwnAddressHandler(IServer server) : DelegatingHandler(new SocketsHttpHandler())
{
    /// <summary>Stands for the address in a request; never resolved.</summary>
    public static readonly Uri Placeholder = new("http://policy.invalid/");

    private Uri? _address;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri!.Host == Placeholder.Host)
        {
            _address ??= Find(server.Features.Get<IServerAddressesFeature>()?.Addresses);
            request.RequestUri = new Uri(_address ?? throw new HttpRequestException("This process does not listen yet."), request.RequestUri.PathAndQuery);
        }

        return base.SendAsync(request, cancellationToken);
    }

    /// <summary>An address of the list under which this machine reaches itself.</summary>
    internal static Uri? Find(IEnumerable<string>? addresses) => addresses?
        .Select(BindingAddress.Parse)
        .Where(address => !address.IsUnixPipe && !address.IsNamedPipe)
        .OrderBy(address => address.Scheme == "http" ? 0 : 1)
        .Select(address => new Uri($"{address.Scheme}://{(address.Host is "*" or "+" or "0.0.0.0" or "[::]" ? "127.0.0.1" : address.Host)}:{address.Port}"))
        .FirstOrDefault();
}
