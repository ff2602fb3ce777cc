using Archer.Hosting.Security;
using Microsoft.Extensions.Options;

namespace Archer.Policy.Serving.Role;

/// <summary>Refuses weak keys, and addresses that are open to the network without a key.</summary>
internal sealed class PolicyProcessOptionsValidator(IConfiguration configuration) : IValidateOptions<PolicyProcessOptions>
{
    public ValidateOptionsResult Validate(string? name, PolicyProcessOptions options)
    {
        var problems = KeyRules.Check(configuration, options.Keys).Select(problem => $"{PolicyServerOptions.Section}: {problem}.").ToList();
        if (options.Silo is { } silo && !(silo.IsAbsoluteUri && silo.Scheme is "http" or "https"))
        {
            problems.Add($"{PolicyServerOptions.Section}: Silo is {silo}, expected an http or https address.");
        }

        if (options.SiloKey is { } key && (key.Length == 0 || key.Any(character => character is <= ' ' or > '~')))
        {
            problems.Add($"{PolicyServerOptions.Section}: SiloKey must be printable characters without spaces.");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
