using Archer.Client.Health;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using StackExchange.Redis;

namespace Archer.Silo.Health;

/// <summary>What the silo needs from elsewhere. It is reported and takes no silo out of service: one without Redis still answers 503.</summary>
internal static class DependencyChecks
{
    /// <summary>Longest time of one check.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    /// <summary>Time between two looks for the metrics and the log.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    /// <summary>Adds a check for each dependency and their metrics.</summary>
    public static void AddDependencyChecks(this WebApplicationBuilder builder)
    {
        var checks = builder.Services.AddHealthChecks()
            .AddCheck<AgentGrainsCheck>("agent_grains", timeout: Timeout)
            .AddCheck<PolicyServerCheck>("policy_server", timeout: Timeout);
        // Which place the silo has is decided after this, by its composition.
        checks.Services.AddOptions<HealthCheckServiceOptions>().PostConfigure<IServiceProviderIsService>((options, known) =>
        {
            if (known.IsService(typeof(IConnectionMultiplexer)))
            {
                options.Registrations.Add(
                    new("redis", ActivatorUtilities.GetServiceOrCreateInstance<RedisCheck>, failureStatus: null, tags: null, Timeout));
            }
        });
        builder.Services.Configure<HealthCheckPublisherOptions>(options => (options.Delay, options.Period) = (TimeSpan.FromSeconds(1), Period));
        builder.Services.AddSingleton<IHealthCheckPublisher, DependencyMetrics>();
        // The publisher tells what changed, once.
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.Critical);
    }

    /// <summary>Asks every dependency, all at once.</summary>
    public static async Task<DependencyReport> AskAsync(HealthCheckService checks, TimeProvider time, CancellationToken cancellationToken)
    {
        var report = await checks.CheckHealthAsync(cancellationToken);
        return new DependencyReport
        {
            AskedAt = time.GetUtcNow(),
            Dependencies = [.. report.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => View(entry.Key, entry.Value))],
        };
    }

    /// <summary>Why a check failed; null when it did not.</summary>
    public static string? Reason(HealthReportEntry entry) => entry.Status == HealthStatus.Healthy ? null
        : entry.Exception is null or OperationCanceledException ? $"No answer within {entry.Duration.TotalSeconds:0.0} s."
        : entry.Exception.Message;

    private static DependencyView View(string name, HealthReportEntry entry) => new()
    {
        Name = name,
        Status = entry.Status == HealthStatus.Healthy ? DependencyStatus.Up : DependencyStatus.Down,
        LatencySeconds = Math.Round(entry.Duration.TotalSeconds, 6),
        Reason = Reason(entry),
    };
}
