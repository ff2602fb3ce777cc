using Microsoft.Extensions.Configuration.Memory;

namespace Archer.Hosting.Logging;

/// <summary>What a process without an <c>appsettings.json</c> of its own logs.</summary>
public static class LogDefaults
{
    /// <summary>Leaves out ASP.NET Core's lines about every request. Every other source of settings overrides this.</summary>
    public static void AddLogDefaults(this IConfigurationBuilder configuration) => configuration.Sources.Insert(
        0, new MemoryConfigurationSource { InitialData = [new("Logging:LogLevel:Default", "Information"), new("Logging:LogLevel:Microsoft", "Warning")] });
}
