using System.Diagnostics.Metrics;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Archer.Silo.Health;

/// <summary>Reports dependencies under the meter <c>Archer.Silo</c>, and tells the log when one goes or comes back.</summary>
internal sealed partial class DependencyMetrics : IHealthCheckPublisher
{
    private readonly IHostApplicationLifetime _lifetime;
    private readonly ILogger<DependencyMetrics> _logger;
    private volatile IReadOnlyDictionary<string, HealthReportEntry> _last = new Dictionary<string, HealthReportEntry>();

    public DependencyMetrics(IMeterFactory meters, IHostApplicationLifetime lifetime, ILogger<DependencyMetrics> logger)
    {
        (_lifetime, _logger) = (lifetime, logger);
        var meter = meters.Create("Archer.Silo");
        meter.CreateObservableGauge(
            "archer.dependency.up", () => Observe(entry => entry.Status == HealthStatus.Healthy ? 1 : 0), null, "1 while a dependency answers, 0 while it does not.");
        meter.CreateObservableGauge(
            "archer.dependency.latency", () => Observe(entry => entry.Duration.TotalSeconds), "s", "Time of the last answer of a dependency.");
    }

    public Task PublishAsync(HealthReport report, CancellationToken cancellationToken)
    {
        if (_lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return Task.CompletedTask;
        }

        var before = _last;
        _last = report.Entries;
        foreach (var (name, entry) in report.Entries)
        {
            var wasUp = !before.TryGetValue(name, out var earlier) || earlier.Status == HealthStatus.Healthy;
            if (wasUp && DependencyChecks.Reason(entry) is { } reason)
            {
                LogDown(name, reason);
            }
            else if (!wasUp && entry.Status == HealthStatus.Healthy)
            {
                LogUp(name);
            }
        }

        return Task.CompletedTask;
    }

    private IEnumerable<Measurement<double>> Observe(Func<HealthReportEntry, double> number) =>
        _last.Select(entry => new Measurement<double>(number(entry.Value), new KeyValuePair<string, object?>("dependency", entry.Key)));

    [LoggerMessage(Level = LogLevel.Warning, Message = "Dependency {Dependency} is down; this silo stays in service. {Reason}")]
    private partial void LogDown(string dependency, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Dependency {Dependency} is up again")]
    private partial void LogUp(string dependency);
}
