using Archer.Hosting.Security;
using Microsoft.Extensions.Options;

namespace Archer.Policy.Serving.Role;

/// <summary>Refuses weak keys, and addresses that are open to the network without a key.</summary>
internal sealed class PolicyProcessOptionsValidator(IConfiguration configuration) : IValidateOptions<PolicyProcessOptions>
{
    public ValidateOptionsResult Validate(string? name, PolicyProcessOptions options)
    {
        var problems = KeyRules.Check(configuration, options.Keys).Select(problem => $"{PolicyServerOptions.Section}: {problem}.").ToList();
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
