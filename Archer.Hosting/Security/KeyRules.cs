using Archer.Hosting.Settings;

namespace Archer.Hosting.Security;

/// <summary>What keys must be, and where a process may listen without one.</summary>
public static class KeyRules
{
    private const int MinLength = 16;

    /// <summary>Every weak key, every address that cannot be used, and, without a key, every address that is open to the network.</summary>
    public static IEnumerable<string> Check(IConfiguration configuration, ICollection<string> keys) =>
    [
        .. keys.Index()
            .Where(key => key.Item.Length < MinLength || key.Item.Any(character => character is <= ' ' or > '~'))
            .Select(key => $"Keys:{key.Index} must be at least {MinLength} printable characters without spaces"),
        .. ListenAddresses.Configured(configuration).Select(url => ProblemOf(url, keys.Count > 0)).OfType<string>(),
    ];

    private static string? ProblemOf(string url, bool hasKeys) =>
        ListenAddresses.Parse(url) is not { } address ? $"the address {url} cannot be listened on, expected one such as http://127.0.0.1:5080"
        : hasKeys || ListenAddresses.IsLoopback(address) ? null
        : $"the address {url} is open to the network, which needs at least one key in Keys";
}
