using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Archer.Policy.Serving;

/// <summary>Checks all settings at start and reports everything that is wrong at once.</summary>
internal sealed class PolicyServerOptionsValidator : IValidateOptions<PolicyServerOptions>
{
    public ValidateOptionsResult Validate(string? name, PolicyServerOptions options)
    {
        List<string> problems = [];
        Require(options.PoliciesDirectory.Length > 0, nameof(options.PoliciesDirectory), options.PoliciesDirectory, "a path");
        Require(options.KeepVersions is >= 1 and <= 1000, nameof(options.KeepVersions), options.KeepVersions, "1 to 1000");
        Require(options.MaxBodyBytes is >= 1024 and <= 1 << 30, nameof(options.MaxBodyBytes), options.MaxBodyBytes, "1024 to 1073741824");
        Require(options.DefaultMaxTokens >= 1, nameof(options.DefaultMaxTokens), options.DefaultMaxTokens, "at least 1");
        Require(options.MaxChoices is >= 1 and <= 1024, nameof(options.MaxChoices), options.MaxChoices, "1 to 1024");
        List<ValidationResult> results = [];
        Validator.TryValidateObject(options.Generation, new ValidationContext(options.Generation), results, validateAllProperties: true);
        problems.AddRange(results.Select(result => $"{PolicyServerOptions.Section}:Generation:{result.MemberNames.First()}: {result.ErrorMessage}"));
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

        void Require(bool holds, string setting, object actual, string expected)
        {
            if (!holds)
            {
                problems.Add($"{PolicyServerOptions.Section}:{setting}: expected {expected}, found '{actual}'.");
            }
        }
    }
}
