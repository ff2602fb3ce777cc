using Archer.Hosting.Settings;
using Microsoft.Extensions.Options;

namespace Archer.Policy.Serving.Role;

/// <summary>Refuses weak keys, and addresses that are open to the network without a key.</summary>
internal sealed class RoleOptionsValidator(IConfiguration configuration) : IValidateOptions<RoleOptions>
{
    private const int ShortestKey = 16;

    public ValidateOptionsResult Validate(string? name, RoleOptions options)
    {
        var problems = options.Keys.Index()
            .Where(key => key.Item.Length < ShortestKey || key.Item.Any(character => character is <= ' ' or > '~'))
            .Select(key => $"{PolicyServerOptions.Section}:Keys:{key.Index}: expected at least {ShortestKey} printable characters without spaces.")
            .ToList();
        if (options.Keys.Count == 0)
        {
            problems.AddRange(ListenAddresses.Configured(configuration)
                .Where(url => !ListenAddresses.IsLoopback(url))
                .Select(url => $"{PolicyServerOptions.Section}:Keys: the address {url} is open to the network, which needs at least one key."));
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
