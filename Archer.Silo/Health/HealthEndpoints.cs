using Archer.Client.Health;
using Archer.Client.Http;
using Archer.Silo.Composition;
using Archer.Silo.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Archer.Silo.Health;

/// <summary>Whether the process lives, has started, and serves; and, apart from that, what it depends on.</summary>
internal static class HealthEndpoints
{
    /// <summary>Tells about other processes, and so asks for a key.</summary>
    public const string DependenciesPath = "/health/dependencies";

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/health").WithTags("Health").AllowAnonymous();
        group.MapGet("live", () => TypedResults.Text("live")).WithSummary("The process answers");
        group.MapGet("startup", (IHostApplicationLifetime lifetime) => Answer(lifetime.ApplicationStarted.IsCancellationRequested, "started"))
            .WithSummary("The start is complete");
        group.MapGet("ready", (IHostApplicationLifetime lifetime, IServiceProvider services) => Answer(IsReady(lifetime, services), "ready"))
            .WithSummary("This silo takes requests");
        routes.MapGet(DependenciesPath, ReportAsync).WithTags("Health")
            .WithSummary("What this silo depends on; it stays in service whatever the answer is").Gives<DependencyReport>();
    }

    /// <summary>
    /// Nothing outside of this process is asked. What all silos share fails for all of them at once: without any silo in service
    /// nobody could tell a caller to come back.
    /// </summary>
    private static bool IsReady(IHostApplicationLifetime lifetime, IServiceProvider services) =>
        lifetime.ApplicationStarted.IsCancellationRequested && !lifetime.ApplicationStopping.IsCancellationRequested
        && SiloActivity.IsActive(services);

    private static async Task<IResult> ReportAsync(HealthCheckService checks, TimeProvider time, CancellationToken cancellationToken) =>
        TypedResults.Json(await DependencyChecks.AskAsync(checks, time, cancellationToken), ArcherJson.Default.DependencyReport);

    private static IResult Answer(bool holds, string state) => holds
        ? TypedResults.Text(state)
        : TypedResults.Text($"not {state}", statusCode: StatusCodes.Status503ServiceUnavailable);
}
