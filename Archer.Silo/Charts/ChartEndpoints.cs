using Archer.Grains.Agents;
using Archer.Grains.History;
using Archer.Silo.Http;

namespace Archer.Silo.Charts;

/// <summary>The addresses of an agent's charts.</summary>
internal static class ChartEndpoints
{
    private const string Extension = ".svg";

    public static void MapCharts(this IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/agents/{name}/charts/{chart}", DrawAsync)
        .WithTags("History")
        .WithSummary($"Draws a chart of the agent's history as SVG: {string.Join(", ", AgentCharts.Names.Select(name => name + Extension))}; width and height in pixels choose its size")
        .Produces(StatusCodes.Status200OK, contentType: ChartRequests.MediaType).Fails(400, 404);

    private static async Task<IResult> DrawAsync(string name, string chart, string? width, string? height, AgentCatalog catalog, IGrainFactory grains, HttpResponse response)
    {
        var grain = grains.GetGrain<IAgentHistoryGrain>(catalog.Require(name));
        if (!chart.EndsWith(Extension, StringComparison.Ordinal) || !AgentCharts.Names.Contains(chart[..^Extension.Length]))
        {
            throw new BadHttpRequestException($"There is no such chart. Charts are: {string.Join(", ", AgentCharts.Names.Select(known => known + Extension))}.", StatusCodes.Status404NotFound);
        }

        var size = ChartRequests.ReadSize(width, height);
        response.Headers.CacheControl = "no-cache";
        return TypedResults.Text(AgentCharts.Draw(chart[..^Extension.Length], await grain.ReadAsync(), size, catalog.Find(name)!.Task), ChartRequests.MediaType);
    }
}
