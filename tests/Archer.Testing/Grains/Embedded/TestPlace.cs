using Orleans.Hosting;

namespace Archer.Testing.Grains;

/// <summary>Where a test's silo stands: the embedded host is alone by nature.</summary>
public static class TestPlace
{
    /// <summary>Makes the silo one of its own.</summary>
    public static ISiloBuilder UseTestPlace(this ISiloBuilder silo) => silo;

    /// <summary>Adds the streams of the embedded host: what subscribes does so by attribute.</summary>
    public static ISiloBuilder AddTestStreams(this ISiloBuilder silo, string provider) => silo.AddMemoryStreams(provider);
}
