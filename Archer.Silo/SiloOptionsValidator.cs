using Archer.Hosting.Security;
using Archer.Silo.Data;
using Microsoft.Extensions.Options;

namespace Archer.Silo;

/// <summary>Lists every setting that is out of its range, and addresses that are open to the network without a key.</summary>
internal sealed class SiloOptionsValidator(IConfiguration configuration) : IValidateOptions<SiloOptions>
{
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

        if (options.Redis is { Length: > 0 } redis && !RedisData.IsConnection(redis))
        {
            problems.Add("Redis is no connection string, expected one such as 127.0.0.1:6379,password=secret");
        }

        problems.AddRange(KeyRules.Check(configuration, options.Keys));
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems.Select(problem => $"Archer: {problem}."));
    }
}
