using System.Globalization;
using Archer.Client;
using Archer.Client.Agents;
using Archer.Client.Http;
using Archer.Grains.Agents;
using Archer.Silo.Http;

namespace Archer.Silo.Agents;

/// <summary>The addresses of agents.</summary>
internal static class AgentEndpoints
{
    public static void MapAgents(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/agents").WithTags("Agents");
        group.MapGet("", ListAsync).WithSummary("Lists the agents and their policy versions; versions bounds how many of the newest are listed").Gives<AgentList>().Fails(400);
        group.MapGet("{name}", ReadAsync).WithSummary("Reads an agent and its policy versions").Gives<AgentView>().Fails(404);
        group.MapGet("{name}/metrics", GetMetricsAsync).WithSummary("Reads an agent's numbers").Gives<AgentMetrics>().Fails(404, 503);
        group.MapPost("{name}/trainers", StartTrainerAsync)
            .Takes<StartTrainer>("Starts a trainer; every earlier one is refused from here on")
            .Gives<TrainerEpoch>().Fails(400, 404, 409, 413, 415, 503);
        group.MapPost("{name}/versions", AnnounceAsync)
            .Takes<AnnounceVersion>("Announces a policy version that a trainer has written")
            .Gives<AgentView>().Fails(400, 404, 409, 413, 415, 422, 503);
        group.MapPost("{name}/serve", ServeAsync)
            .Takes<ServeVersion>("Chooses the policy version that serves, and the canary").Gives<AgentView>().Fails(400, 404, 413, 415, 422, 503);
        group.MapPost("{name}/rollback", RollbackAsync)
            .WithSummary("Goes back to the policy version that served before").Gives<AgentView>().Fails(404, 409, 422, 503);
        group.MapPost("{name}/learner", ReportAsync)
            .Takes<LearnerReport>("Takes the learner's report").Gives<LearnerReceipt>().Fails(400, 404, 409, 413, 415);
    }

    private static async Task<IResult> ListAsync(
        string? versions, AgentCatalog catalog, IGrainFactory grains, ServableVersions servable, CancellationToken cancellationToken)
    {
        var most = int.MaxValue;
        if (versions is not null && !int.TryParse(versions, NumberStyles.None, CultureInfo.InvariantCulture, out most))
        {
            throw new InvalidRequestException("versions: expected a whole number, at least 0");
        }

        var agents = await Task.WhenAll(catalog.Names.Select(ReadAsync));
        return TypedResults.Json(new AgentList { Agents = [.. agents] }, ArcherJson.Default.AgentList);

        async Task<AgentView> ReadAsync(string name)
        {
            var agent = await grains.GetGrain<IAgentGrain>(name).ReadAsync();
            return await servable.MarkAsync(agent with { Versions = [.. agent.Versions.TakeLast(most)] }, cancellationToken);
        }
    }

    private static async Task<IResult> ReadAsync(
        string name, AgentCatalog catalog, IGrainFactory grains, ServableVersions servable, CancellationToken cancellationToken) =>
        TypedResults.Json(await servable.MarkAsync(await Grain(catalog, grains, name).ReadAsync(), cancellationToken), ArcherJson.Default.AgentView);

    private static async Task<IResult> GetMetricsAsync(string name, AgentCatalog catalog, IGrainFactory grains, CancellationToken cancellationToken) =>
        TypedResults.Json(await Grain(catalog, grains, name).GetMetricsAsync(cancellationToken), ArcherJson.Default.AgentMetrics);

    private static async Task<IResult> StartTrainerAsync(
        string name, HttpRequest request, JsonBody body, AgentCatalog catalog, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var grain = Grain(catalog, grains, name);
        var command = await body.ReadAsync(request, AgentRequests.ReadTrainer, cancellationToken);
        return TypedResults.Json(await grain.StartTrainerAsync(command), ArcherJson.Default.TrainerEpoch);
    }

    private static async Task<IResult> AnnounceAsync(
        string name, HttpRequest request, JsonBody body, AgentCatalog catalog, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var grain = Grain(catalog, grains, name);
        var command = await body.ReadAsync(request, AgentRequests.ReadAnnouncement, cancellationToken);
        return TypedResults.Json(await grain.AnnounceAsync(command, cancellationToken), ArcherJson.Default.AgentView);
    }

    private static async Task<IResult> ServeAsync(
        string name, HttpRequest request, JsonBody body, AgentCatalog catalog, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var grain = Grain(catalog, grains, name);
        var command = await body.ReadAsync(request, AgentRequests.ReadServe, cancellationToken);
        return TypedResults.Json(await grain.ServeAsync(command, cancellationToken), ArcherJson.Default.AgentView);
    }

    private static async Task<IResult> RollbackAsync(string name, AgentCatalog catalog, IGrainFactory grains, CancellationToken cancellationToken) =>
        TypedResults.Json(await Grain(catalog, grains, name).RollbackAsync(cancellationToken), ArcherJson.Default.AgentView);

    private static async Task<IResult> ReportAsync(
        string name, HttpRequest request, JsonBody body, AgentCatalog catalog, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var grain = Grain(catalog, grains, name);
        var report = await body.ReadAsync(request, AgentRequests.ReadReport, cancellationToken);
        return TypedResults.Json(await grain.ReportLearnerAsync(report), ArcherJson.Default.LearnerReceipt);
    }

    private static IAgentGrain Grain(AgentCatalog catalog, IGrainFactory grains, string name) => grains.GetGrain<IAgentGrain>(catalog.Require(name));
}
