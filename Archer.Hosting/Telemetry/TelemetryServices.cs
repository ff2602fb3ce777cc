using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Archer.Hosting.Telemetry;

/// <summary>Metrics and traces of a process, by OpenTelemetry.</summary>
public static class TelemetryServices
{
    private const string MetricsPath = "/metrics";

    /// <summary>
    /// Meters <c>Archer.*</c> and the runtime's for <c>/metrics</c>; with an endpoint configured also to a collector, and traces: requests, grain calls, calls
    /// of policies, generation, commits.
    /// </summary>
    /// <param name="builder">The process.</param>
    /// <param name="role">Name of the service: archer-silo, archer-policy, archer-trainer.</param>
    public static void AddTelemetry(this IHostApplicationBuilder builder, string role)
    {
        builder.Services.AddOptions<TelemetryOptions>().BindConfiguration(TelemetryOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        var endpoint = builder.Endpoint();
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(role, serviceVersion: typeof(TelemetryServices).Assembly.GetName().Version!.ToString(fieldCount: 3)))
            .WithMetrics(metrics => Measure(metrics, endpoint));
        if (endpoint is not null)
        {
            telemetry.WithTracing(traces => Trace(traces, endpoint));
        }
    }

    /// <summary>Whether requests are traced, so that grain calls have to carry the trace along.</summary>
    public static bool IsTraced(this IHostApplicationBuilder builder) => builder.Endpoint() is not null;

    /// <summary>Maps <c>GET /metrics</c>, in Prometheus' text format.</summary>
    public static IEndpointConventionBuilder MapTelemetry(this IEndpointRouteBuilder routes) => routes.MapPrometheusScrapingEndpoint(MetricsPath);

    /// <summary>A malformed one is told with the other settings at the start.</summary>
    private static Uri? Endpoint(this IHostApplicationBuilder builder) =>
        Uri.TryCreate(builder.Configuration[$"{TelemetryOptions.Section}:{nameof(TelemetryOptions.OtlpEndpoint)}"], UriKind.Absolute, out var endpoint) ? endpoint : null;

    private static void Measure(MeterProviderBuilder metrics, Uri? endpoint)
    {
        metrics.AddMeter("Archer.*", "System.Runtime").AddPrometheusExporter(options => options.ScrapeResponseCacheDurationMilliseconds = 0);
        if (endpoint is not null)
        {
            metrics.AddOtlpExporter(exporter => exporter.Endpoint = endpoint);
        }
    }

    private static void Trace(TracerProviderBuilder traces, Uri endpoint)
    {
        // Probes and scrapes would fill the traces.
        traces.AddAspNetCoreInstrumentation(requests => requests.Filter = context => context.Request.Path != MetricsPath && !context.Request.Path.StartsWithSegments("/health"));
        traces.AddSource("Archer.*", "Microsoft.Orleans.Application").AddOtlpExporter(exporter => exporter.Endpoint = endpoint);
        traces.SetSampler(services => new ParentBasedSampler(new TraceIdRatioBasedSampler(services.GetRequiredService<IOptions<TelemetryOptions>>().Value.TraceShare)));
    }
}
