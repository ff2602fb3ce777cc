using System.Net;
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
        if (options.Keys.Count == 0)
        {
            problems.AddRange(ListenUrls(configuration)
                .Where(url => !IsLoopback(url))
                .Select(url => $"the address {url} is open to the network, which needs at least one key in Keys"));
        }

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

    private static bool IsLoopback(string url)
    {
        // BindingAddress also reads the wildcards * and +, which Uri does not.
        var address = BindingAddress.Parse(url);
        return address.IsUnixPipe || address.IsNamedPipe
            || address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
    }
}
