using Microsoft.Extensions.Options;

namespace Archer.Grains.Agents;

/// <summary>Lists every setting that is out of its range.</summary>
public sealed class AgentOptionsValidator : IValidateOptions<AgentOptions>
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, AgentOptions options)
    {
        var problems = new (bool Wrong, string Text)[]
        {
            (options.AdmissionTimeout < TimeSpan.Zero || options.AdmissionTimeout >= CallTimeouts.MaxWait,
                $"AdmissionTimeout is {options.AdmissionTimeout}, expected at least zero and less than {CallTimeouts.MaxWait}"),
            (options.AdmissionRetryAfter <= TimeSpan.Zero || options.AdmissionRetryAfter > Longest,
                $"AdmissionRetryAfter is {options.AdmissionRetryAfter}, expected more than zero and at most {Longest}"),
            (options.RememberedVersions < 1, $"RememberedVersions is {options.RememberedVersions}, expected at least 1"),
            (options.MissingVersionTimeout < TimeSpan.Zero || options.MissingVersionTimeout > Longest,
                $"MissingVersionTimeout is {options.MissingVersionTimeout}, expected zero to {Longest}"),
            (options.ServingAge <= TimeSpan.Zero || options.ServingAge > Longest, $"ServingAge is {options.ServingAge}, expected more than zero and at most {Longest}"),
            (options.ReportPeriod <= TimeSpan.Zero || options.ReportPeriod >= options.ServingAge,
                $"ReportPeriod is {options.ReportPeriod}, expected more than zero and less than ServingAge, which is {options.ServingAge}"),
            (options.StatisticsPeriod <= TimeSpan.Zero || options.StatisticsPeriod > Longest,
                $"StatisticsPeriod is {options.StatisticsPeriod}, expected more than zero and at most {Longest}"),
            (options.MetricsPeriod <= TimeSpan.Zero || options.MetricsPeriod > Longest,
                $"MetricsPeriod is {options.MetricsPeriod}, expected more than zero and at most {Longest}"),
            (options.HistoryPeriod < TimeSpan.Zero || options.HistoryPeriod > Longest,
                $"HistoryPeriod is {options.HistoryPeriod}, expected zero to {Longest}"),
        };
        var found = problems.Where(problem => problem.Wrong).Select(problem => $"Archer:AgentHost: {problem.Text}.").ToList();
        return found.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(found);
    }
}
