using Microsoft.Extensions.Options;

namespace Archer.Grains.Agents;

/// <summary>Lists every setting that is out of its range.</summary>
public sealed class AgentOptionsValidator : IValidateOptions<AgentOptions>
{
    private static readonly TimeSpan GrainCallTimeout = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, AgentOptions options)
    {
        var problems = new (bool Wrong, string Text)[]
        {
            (options.AdmissionPatience < TimeSpan.Zero || options.AdmissionPatience >= GrainCallTimeout,
                $"AdmissionPatience is {options.AdmissionPatience}, expected at least zero and less than {GrainCallTimeout}"),
            (options.AdmissionRetryAfter <= TimeSpan.Zero, $"AdmissionRetryAfter is {options.AdmissionRetryAfter}, expected more than zero"),
            (options.RememberedVersions < 1, $"RememberedVersions is {options.RememberedVersions}, expected at least 1"),
            (options.StatisticsPeriod <= TimeSpan.Zero, $"StatisticsPeriod is {options.StatisticsPeriod}, expected more than zero"),
            (options.MetricsPeriod <= TimeSpan.Zero, $"MetricsPeriod is {options.MetricsPeriod}, expected more than zero"),
            (options.HistoryPeriod < TimeSpan.Zero, $"HistoryPeriod is {options.HistoryPeriod}, expected at least zero"),
        };
        var found = problems.Where(problem => problem.Wrong).Select(problem => $"Archer:AgentHost: {problem.Text}.").ToList();
        return found.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(found);
    }
}
