using System.Text;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Archer.Hosting.Measurements;

/// <summary>The numbers of a process, for Prometheus and whoever reads its format.</summary>
public static class MeasurementEndpoint
{
    private const string ContentType = "text/plain; version=0.0.4";

    /// <summary>Registers the reader of this process' meters.</summary>
    public static IServiceCollection AddMeasurements(this IServiceCollection services)
    {
        services.AddMetrics();
        services.TryAddSingleton<MeterReadings>();
        return services;
    }

    /// <summary>Maps <c>GET /metrics</c>; reading begins here, so that nothing is missed. Needs <see cref="AddMeasurements"/>.</summary>
    public static IEndpointConventionBuilder MapMeasurements(this IEndpointRouteBuilder routes)
    {
        var readings = routes.ServiceProvider.GetRequiredService<MeterReadings>();
        return routes.MapGet("/metrics", () => TypedResults.Text(readings.Write(), ContentType, Encoding.UTF8)).ExcludeFromDescription();
    }
}
