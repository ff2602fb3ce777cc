namespace Archer.Silo.Composition;

/// <summary>Whether this process's silo runs grains.</summary>
internal static class SiloActivity
{
    /// <summary>A silo that has joined its cluster and has not begun to leave it.</summary>
    public static bool IsActive(IServiceProvider services) => services.GetRequiredService<ISiloStatusOracle>().CurrentStatus == SiloStatus.Active;
}
