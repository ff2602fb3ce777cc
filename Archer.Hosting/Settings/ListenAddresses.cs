using System.Net;

namespace Archer.Hosting.Settings;

/// <summary>Where Kestrel will listen.</summary>
public static class ListenAddresses
{
    /// <summary>Every address that the configuration names, in the order in which Kestrel prefers its settings.</summary>
    public static IReadOnlyList<string> Configured(IConfiguration configuration)
    {
        string[] endpoints = [.. configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"]).OfType<string>()];
        var urls = Split(configuration[WebHostDefaults.ServerUrlsKey]);
        string[] ports = [.. Split(configuration[WebHostDefaults.HttpPortsKey]), .. Split(configuration[WebHostDefaults.HttpsPortsKey])];
        return endpoints.Length > 0 ? endpoints : urls.Length > 0 ? urls : [.. ports.Select(port => $"http://*:{port}")];
    }

    /// <summary>Reads an address as Kestrel will; null for one that Kestrel would stop at, or read as a host that was not meant.</summary>
    public static BindingAddress? Parse(string url)
    {
        try
        {
            // BindingAddress also reads the wildcards * and +, which Uri does not.
            var address = BindingAddress.Parse(url);
            var usable = address.Scheme is "http" or "https" && address.PathBase.Length == 0
                && (IsSocketFile(address) || (address.Port is >= 0 and <= IPEndPoint.MaxPort && IsHost(address.Host)));
            return usable ? address : null;
        }
        catch (Exception exception) when (exception is FormatException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Whether only this machine reaches the address.</summary>
    public static bool IsLoopback(BindingAddress address) => IsSocketFile(address)
        || address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));

    /// <summary>An address under which this machine reaches one of those that Kestrel listens on; null when there is none.</summary>
    public static Uri? FindOwn(IEnumerable<string>? addresses) => addresses?
        .Select(BindingAddress.Parse)
        .Where(address => !IsSocketFile(address))
        .OrderBy(address => address.Scheme == Uri.UriSchemeHttp ? 0 : 1)
        .Select(address => new Uri($"{address.Scheme}://{(address.Host is "*" or "+" or "0.0.0.0" or "[::]" ? "127.0.0.1" : address.Host)}:{address.Port}"))
        .FirstOrDefault();

    private static bool IsSocketFile(BindingAddress address) => address.IsUnixPipe || address.IsNamedPipe;

    /// <summary>What was read as a host may end with a port that is not a number: Kestrel would listen everywhere.</summary>
    private static bool IsHost(string host) => host is "*" or "+" || Uri.CheckHostName(host.Trim('[', ']')) != UriHostNameType.Unknown;

    private static string[] Split(string? list) => list?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}
