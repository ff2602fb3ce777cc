namespace Archer.EndToEnd.Tests.Cluster;

/// <summary>Sends each request to the next silo, as a load balancer does; where nobody answers, the one after it gets it.</summary>
internal sealed class SpreadHandler() : DelegatingHandler(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(2) })
{
    private volatile Uri[] _silos = [];
    private int _next = -1;

    /// <summary>Silos that get requests; those of a silo that died are noticed by the failure alone.</summary>
    public IReadOnlyCollection<Uri> Silos
    {
        get => _silos;
        set => _silos = [.. value];
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var silos = _silos;
        var first = (uint)Interlocked.Increment(ref _next);
        if (request.Content is { } content)
        {
            await content.LoadIntoBufferAsync(cancellationToken);
        }

        for (var attempt = 0; ; attempt++)
        {
            request.RequestUri = new Uri(silos[(first + (uint)attempt) % silos.Length], request.RequestUri!.PathAndQuery);
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            catch (HttpRequestException) when (attempt + 1 < silos.Length)
            {
                // It is down, or went down with the request: the next one.
            }
        }
    }
}
