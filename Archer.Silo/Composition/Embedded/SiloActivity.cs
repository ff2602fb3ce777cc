namespace Archer.Silo.Composition;

/// <summary>Whether this process's silo runs grains.</summary>
internal static class SiloActivity
{
    /// <summary>The silo starts and ends with its host.</summary>
    public static bool IsActive(IServiceProvider services) => true;
}
