using Archer.Client.Conversations;
using Archer.Client.History;
using Archer.Client.Http;
using Archer.Grains.Agents;
using Archer.Grains.History;
using Archer.Grains.Retention;
using Archer.Silo.Http;

namespace Archer.Silo.History;

/// <summary>The addresses of what has happened to an agent.</summary>
internal static class HistoryEndpoints
{
    public static void MapHistory(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/agents/{name}").WithTags("History");
        group.MapGet("conversations", ListAsync)
            .WithSummary("Lists the agent's recent conversations, newest first; limit, before (a cursor), status (open or ended) and simulated (true or false) choose")
            .Gives<ConversationPage>().Fails(400, 404);
        group.MapGet("conversations/ended", ListEndedAsync)
            .WithSummary("Reads the agent's ended conversations as long as they are kept, newest end first; limit, before (a cursor), simulated (true or false) and split choose")
            .Gives<EndedConversationPage>().Fails(400, 404, 503);
        group.MapGet("history", ReadAsync).WithSummary("Reads how the agent has developed; points and versions bound how many of the newest are told")
            .Gives<AgentHistory>().Fails(400, 404);
        group.MapGet("events", Watch)
            .WithSummary("What happens to the agent, as server-sent events; Last-Event-ID, or after, goes on after an event").Gives<AgentEvent>().Fails(404);
    }

    private static async Task<IResult> ListAsync(string name, HttpRequest request, AgentCatalog catalog, IGrainFactory grains) =>
        TypedResults.Json(await Grain(catalog, grains, name).ListAsync(HistoryRequests.ReadQuery(request.Query)), ArcherJson.Default.ConversationPage);

    private static async Task<IResult> ListEndedAsync(
        string name, HttpRequest request, AgentCatalog catalog, RetainedConversations conversations, CancellationToken cancellationToken)
    {
        var agent = catalog.Require(name);
        var page = await conversations.ListAsync(agent, HistoryRequests.ReadEndedQuery(request.Query), cancellationToken);
        return TypedResults.Json(page, ArcherJson.Default.EndedConversationPage);
    }

    private static async Task<IResult> ReadAsync(string name, HttpRequest request, AgentCatalog catalog, IGrainFactory grains)
    {
        var grain = Grain(catalog, grains, name);
        var (points, versions) = HistoryRequests.ReadExtent(request.Query);
        var history = await grain.ReadAsync();
        var answer = history with
        {
            Episodes = [.. history.Episodes.TakeLast(points)],
            Learner = [.. history.Learner.TakeLast(points)],
            Load = [.. history.Load.TakeLast(points)],
            Versions = [.. history.Versions.TakeLast(versions)],
        };
        return TypedResults.Json(answer, ArcherJson.Default.AgentHistory);
    }

    private static AgentEventStream Watch(
        string name, HttpRequest request, AgentCatalog catalog, IGrainFactory grains, IHostApplicationLifetime lifetime, TimeProvider time)
    {
        var after = request.Headers["Last-Event-ID"].FirstOrDefault() ?? request.Query["after"].FirstOrDefault();
        return new AgentEventStream(Grain(catalog, grains, name), string.IsNullOrEmpty(after) ? null : after, lifetime.ApplicationStopping, time);
    }

    private static IAgentHistoryGrain Grain(AgentCatalog catalog, IGrainFactory grains, string name) => grains.GetGrain<IAgentHistoryGrain>(catalog.Require(name));
}
