using Microsoft.Extensions.Options;

namespace Archer.Grains.Policies;

/// <summary>Lists every setting that is out of its range.</summary>
public sealed class PolicyClientOptionsValidator : IValidateOptions<PolicyClientOptions>
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, PolicyClientOptions options)
    {
        var problems = new List<string>();
        Require(problems, options.Address is null or { IsAbsoluteUri: true, Scheme: "http" or "https" }, $"Address is {options.Address}, expected an http or https address");
        foreach (var server in options.Servers)
        {
            Require(problems, server is { IsAbsoluteUri: true, Scheme: "http" or "https" }, $"Servers has {server}, expected http or https addresses");
        }

        RequireTime(problems, options.AttemptTimeout, nameof(options.AttemptTimeout));
        Require(
            problems,
            options.TotalTimeout > TimeSpan.Zero && options.TotalTimeout < CallTimeouts.MaxWait,
            $"TotalTimeout is {options.TotalTimeout}, expected more than zero and less than {CallTimeouts.MaxWait}");
        Require(problems, options.Key is null || options.Key.All(character => character is > ' ' and <= '~'), "Key must be printable characters without spaces");
        RequireTime(problems, options.RetryDelay, nameof(options.RetryDelay));
        RequireTime(problems, options.RetryAfter, nameof(options.RetryAfter));
        Require(problems, options.Retries is >= 0 and <= 10, $"Retries is {options.Retries}, expected 0 to 10");
        Require(problems, options.ConcurrencyLimit >= 1, $"ConcurrencyLimit is {options.ConcurrencyLimit}, expected 1 or more");
        Require(problems, options.QueueLimit >= 0, $"QueueLimit is {options.QueueLimit}, expected 0 or more");
        Require(problems, options.BreakerFailureRatio is > 0 and <= 1, $"BreakerFailureRatio is {options.BreakerFailureRatio}, expected more than 0 and at most 1");
        Require(problems, options.BreakerMinimumThroughput >= 2, $"BreakerMinimumThroughput is {options.BreakerMinimumThroughput}, expected 2 or more");
        Require(problems, options.BreakerWindow >= TimeSpan.FromMilliseconds(500) && options.BreakerWindow <= Longest, $"BreakerWindow is {options.BreakerWindow}, expected 00:00:00.5 to {Longest}");
        Require(problems, options.BreakDuration >= TimeSpan.FromMilliseconds(500) && options.BreakDuration <= Longest, $"BreakDuration is {options.BreakDuration}, expected 00:00:00.5 to {Longest}");
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems.Select(problem => $"Archer:PolicyClient: {problem}."));
    }

    private static void RequireTime(List<string> problems, TimeSpan value, string name) =>
        Require(problems, value > TimeSpan.Zero && value <= Longest, $"{name} is {value}, expected more than zero and at most {Longest}");

    private static void Require(List<string> problems, bool holds, string problem)
    {
        if (!holds)
        {
            problems.Add(problem);
        }
    }
}
