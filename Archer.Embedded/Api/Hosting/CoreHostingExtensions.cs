using System.Net;

namespace Orleans.Hosting;

/// <summary>Where the silo is.</summary>
public static class CoreHostingExtensions
{
    /// <summary>One silo on this machine, which the embedded host always is: changes nothing, so that the same composition reads on both hosts.</summary>
    public static ISiloBuilder UseLocalhostClustering(
        this ISiloBuilder builder,
        int siloPort = 11111,
        int gatewayPort = 30000,
        IPEndPoint? primarySiloEndpoint = null,
        string serviceId = "dev",
        string clusterId = "dev") => builder;
}
