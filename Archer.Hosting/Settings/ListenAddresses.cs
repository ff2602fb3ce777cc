using System.Net;

namespace Archer.Hosting.Settings;

/// <summary>Where Kestrel will listen.</summary>
public static class ListenAddresses
{
    /// <summary>Every address that the configuration names, in the order in which Kestrel prefers its settings.</summary>
    public static IReadOnlyList<string> Configured(IConfiguration configuration)
    {
        string[] endpoints = [.. configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"]).OfType<string>()];
        string[] urls = Split(configuration[WebHostDefaults.ServerUrlsKey]);
        string[] ports = [.. Split(configuration[WebHostDefaults.HttpPortsKey]), .. Split(configuration[WebHostDefaults.HttpsPortsKey])];
        return endpoints.Length > 0 ? endpoints : urls.Length > 0 ? urls : [.. ports.Select(port => $"http://*:{port}")];
    }

    public static bool IsLoopback(string url)
    {
        // BindingAddress also reads the wildcards * and +, which Uri does not.
        var address = BindingAddress.Parse(url);
        return address.IsUnixPipe || address.IsNamedPipe
            || address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
    }

    private static string[] Split(string? list) => list?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}
