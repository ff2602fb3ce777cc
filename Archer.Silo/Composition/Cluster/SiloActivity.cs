using Orleans.Runtime;

namespace Archer.Silo.Composition;

/// <summary>Whether this process's silo runs grains.</summary>
internal static class SiloActivity
{
    /// <summary>Its own view: a member that joined and does not leave. No other silo is asked.</summary>
    public static bool IsActive(IServiceProvider services) => services.GetRequiredService<ISiloStatusOracle>().CurrentStatus == SiloStatus.Active;
}
