using Microsoft.Extensions.Options;

namespace Archer.Silo.Membership;

/// <summary>Lists every problem with the settings of the membership.</summary>
internal sealed class MembershipOptionsValidator : IValidateOptions<MembershipOptions>
{
    private static readonly TimeSpan MaxProbe = TimeSpan.FromMinutes(1);

    public ValidateOptionsResult Validate(string? name, MembershipOptions options) => Problems(options).ToList() is { Count: > 0 } problems
        ? ValidateOptionsResult.Fail(problems.Select(problem => $"{MembershipOptions.Section}: {problem}"))
        : ValidateOptionsResult.Success;

    private static IEnumerable<string> Problems(MembershipOptions options)
    {
        if (options.ProbeTimeout <= TimeSpan.Zero || options.ProbeTimeout > MaxProbe)
        {
            yield return $"ProbeTimeout is {options.ProbeTimeout}, expected more than zero and at most {MaxProbe}.";
        }

        if (options.MissedProbes < 1)
        {
            yield return $"MissedProbes is {options.MissedProbes}, expected at least 1.";
        }

        if (options.Votes < 1)
        {
            yield return $"Votes is {options.Votes}, expected at least 1.";
        }
    }
}
