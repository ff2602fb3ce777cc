using System.Net;
using Archer.Silo.Data;
using Microsoft.Extensions.Options;

namespace Archer.Silo;

/// <summary>Lists every setting that is out of its range, and addresses that are open to the network without a key.</summary>
internal sealed class SiloOptionsValidator(IConfiguration configuration) : IValidateOptions<SiloOptions>
{
    private const int ShortestKey = 16;

    public ValidateOptionsResult Validate(string? name, SiloOptions options)
    {
        var problems = new List<string>();
        if (string.IsNullOrWhiteSpace(options.DataDirectory))
        {
            problems.Add("DataDirectory is empty, expected a directory");
        }

        if (options.MaxBodyBytes is < 1024 or > 1 << 30)
        {
            problems.Add($"MaxBodyBytes is {options.MaxBodyBytes}, expected 1,024 to 1,073,741,824");
        }

        if (options.StatusSeconds is < 0 or > 86_400)
        {
            problems.Add($"StatusSeconds is {options.StatusSeconds}, expected 0 to 86,400");
        }

        problems.AddRange(options.Keys
            .Select((key, index) => (key, index))
            .Where(entry => entry.key.Length < ShortestKey || entry.key.Any(character => character is <= ' ' or > '~'))
            .Select(entry => $"Keys:{entry.index} must be at least {ShortestKey} printable characters without spaces"));
        if (options.Redis is { Length: > 0 } redis && !RedisData.IsConnection(redis))
        {
            problems.Add("Redis is no connection string, expected one such as 127.0.0.1:6379,password=secret");
        }

        problems.AddRange(ListenUrls(configuration).Select(url => ProblemOf(url, options.Keys.Count > 0)).OfType<string>());

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems.Select(problem => $"Archer: {problem}."));
    }

    /// <summary>Every address that Kestrel will listen on, as configured.</summary>
    internal static IEnumerable<string> ListenUrls(IConfiguration configuration)
    {
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"]).OfType<string>().ToList();
        var urls = (configuration["urls"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var ports = (configuration["http_ports"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Concat((configuration["https_ports"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        return endpoints.Count > 0 ? endpoints : urls.Length > 0 ? urls : ports.Select(port => $"http://*:{port}");
    }

    private static string? ProblemOf(string url, bool hasKeys) =>
        Parse(url) is not { } address ? $"the address {url} cannot be listened on, expected one such as http://127.0.0.1:5080"
        : hasKeys || IsLoopback(address) ? null
        : $"the address {url} is open to the network, which needs at least one key in Keys";

    /// <summary>Reads an address as the server will; null for one that it would stop at, or read as a host that was not meant.</summary>
    private static BindingAddress? Parse(string url)
    {
        try
        {
            // BindingAddress also reads the wildcards * and +, which Uri does not.
            var address = BindingAddress.Parse(url);
            var usable = address.Scheme is "http" or "https" && address.PathBase.Length == 0
                && (address.IsUnixPipe || address.IsNamedPipe || (address.Port is >= 0 and <= IPEndPoint.MaxPort && IsHost(address.Host)));
            return usable ? address : null;
        }
        catch (Exception exception) when (exception is FormatException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>What the reader takes for a host may be one with a port that is no number: the server would listen everywhere.</summary>
    private static bool IsHost(string host) => host is "*" or "+" || Uri.CheckHostName(host.Trim('[', ']')) != UriHostNameType.Unknown;

    private static bool IsLoopback(BindingAddress address) => address.IsUnixPipe || address.IsNamedPipe
        || address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
}
