using Orleans.Streams;
using Orleans.TestingHost;

namespace Archer.Testing.Grains;

/// <summary>Where a test's silo stands: a cluster of one on ports that nobody else has.</summary>
public static class TestPlace
{
    // Ports stay reserved as long as the allocator lives, so that tests which run side by side never meet.
    private static readonly TestClusterPortAllocator Ports = new();

    /// <summary>Makes the silo one of its own.</summary>
    public static ISiloBuilder UseTestPlace(this ISiloBuilder silo)
    {
        var (siloPort, gatewayPort) = Ports.AllocateConsecutivePortPairs(1);
        var name = $"test-{siloPort}";
        return silo.UseLocalhostClustering(siloPort, gatewayPort, serviceId: name, clusterId: name);
    }

    /// <summary>Adds streams in memory that, as those of the cluster's composition, know subscribers by attribute only and keep no list of them in storage.</summary>
    public static ISiloBuilder AddTestStreams(this ISiloBuilder silo, string provider) =>
        silo.AddMemoryStreams(provider, streams => streams.ConfigureStreamPubSub(StreamPubSubType.ImplicitOnly));
}
