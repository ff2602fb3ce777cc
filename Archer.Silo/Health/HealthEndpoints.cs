using Archer.Client.Agents;
using Archer.Grains.Agents;

namespace Archer.Silo.Health;

/// <summary>Whether the process lives, has started, and can take conversations.</summary>
internal static class HealthEndpoints
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/health").WithTags("Health");
        group.MapGet("live", () => TypedResults.Text("live")).WithSummary("The process answers");
        group.MapGet("startup", (IHostApplicationLifetime lifetime) => Answer(lifetime.ApplicationStarted.IsCancellationRequested, "started"))
            .WithSummary("The start is complete");
        group.MapGet("ready", ReadyAsync).WithSummary("Conversations are taken");
    }

    private static async Task<IResult> ReadyAsync(
        IHostApplicationLifetime lifetime, AgentCatalog catalog, IGrainFactory grains, RedisReadiness redis, TimeProvider time)
    {
        if (!lifetime.ApplicationStarted.IsCancellationRequested || lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return Answer(false, "ready");
        }

        try
        {
            var reads = catalog.Names.Take(1).Select(name => grains.GetGrain<IAgentGrain>(name).ReadAsync());
            await Task.WhenAll(reads).WaitAsync(Patience, time);
            return Answer(await redis.AnswersAsync(), "ready");
        }
        catch (Exception)
        {
            // Whatever keeps a grain from answering, this silo takes no conversations.
            return Answer(false, "ready");
        }
    }

    private static IResult Answer(bool holds, string state) => holds
        ? TypedResults.Text(state)
        : TypedResults.Text($"not {state}", statusCode: StatusCodes.Status503ServiceUnavailable);
}
