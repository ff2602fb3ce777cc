using Microsoft.Extensions.Options;

namespace Archer.Silo.Composition;

/// <summary>
/// A start that fails is told once, by the process itself, in words. What the runtime, the web server and grains log about it comes with stack traces:
/// it is left out until the start is complete, or takes so long that somebody will want to know why.
/// </summary>
internal sealed class StartLogs(TimeProvider time) : IPostConfigureOptions<LoggerFilterOptions>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly string[] Quiet = ["Orleans", "Microsoft", "Polly", "Archer.Grains", "Archer.Silo.Health"];
    private readonly long _began = time.GetTimestamp();
    private volatile bool _complete;

    /// <summary>The start is complete: everything is logged from here on.</summary>
    public void Complete() => _complete = true;

    /// <inheritdoc/>
    public void PostConfigure(string? name, LoggerFilterOptions options)
    {
        for (var index = 0; index < options.Rules.Count; index++)
        {
            var rule = options.Rules[index];
            options.Rules[index] = new LoggerFilterRule(rule.ProviderName, rule.CategoryName, rule.LogLevel, (provider, category, level) =>
                (rule.Filter?.Invoke(provider, category, level) ?? true) && Lets(category, level));
        }
    }

    private bool Lets(string? category, LogLevel level) => _complete || level >= LogLevel.Critical || time.GetElapsedTime(_began) > Patience
        || !Quiet.Any(prefix => category?.StartsWith(prefix, StringComparison.Ordinal) == true);
}
