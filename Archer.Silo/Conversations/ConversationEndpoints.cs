using Archer.Client;
using Archer.Client.Conversations;
using Archer.Client.Http;
using Archer.Grains.Conversations;
using Archer.Silo.Charts;
using Archer.Silo.Http;

namespace Archer.Silo.Conversations;

/// <summary>The addresses of conversations.</summary>
internal static class ConversationEndpoints
{
    public static void MapConversations(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/conversations").WithTags("Conversations");
        group.MapPost("", StartAsync)
            .Takes<StartConversation>("Starts a conversation").Gives<ConversationView>(StatusCodes.Status201Created).Fails(400, 404, 409, 413, 415, 429, 503);
        group.MapGet("{id}", ReadAsync)
            .WithSummary("Reads a conversation").Gives<ConversationView>().Fails(404);
        group.MapGet("{id}/charts/value.svg", DrawAsync)
            .WithSummary("Draws the critic's value of each turn as SVG; width in pixels chooses its size")
            .Produces(StatusCodes.Status200OK, contentType: ChartRequests.MediaType).Fails(400, 404);
        group.MapPost("{id}/messages", SayAsync)
            .Takes<UserMessage>("Says something and gets the agent's reply; with stream: true, or Accept: text/event-stream, as server-sent events")
            .Gives<TurnReply>().Fails(400, 404, 409, 413, 415, 422, 503);
        group.MapPost("{id}/rewards", RewardAsync)
            .Takes<RewardReport>("Sets the reward of an utterance").Gives<RewardReceipt>().Fails(400, 404, 409, 413, 415, 503);
        group.MapPost("{id}/end", EndAsync)
            .Takes<EndConversation>("Ends a conversation").Gives<ConversationView>().Fails(400, 404, 409, 413, 415, 503);
        group.MapDelete("{id}", EraseAsync)
            .WithSummary("Erases a conversation: its state and its rows in the replay buffer").Gives<ConversationErasure>().Fails(404, 503);
    }

    private static async Task<IResult> StartAsync(
        HttpRequest request, JsonBody body, IGrainFactory grains, TimeProvider time, IHostApplicationLifetime lifetime, CancellationToken cancellationToken)
    {
        var start = await body.ReadAsync(request, ConversationRequests.ReadStart, cancellationToken);
        var id = start.Id ?? Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
        var view = await BeginAsync(grains.GetGrain<IConversationGrain>(id), start, lifetime.ApplicationStopping, cancellationToken);
        request.HttpContext.Response.Headers.Location = $"/v1/conversations/{id}";
        return TypedResults.Json(view, ArcherJson.Default.ConversationView, statusCode: StatusCodes.Status201Created);
    }

    /// <summary>A simulated user that waits for the learner waits no longer than this silo lives: its stop would take as long.</summary>
    private static async Task<ConversationView> BeginAsync(
        IConversationGrain grain, StartConversation start, CancellationToken stopping, CancellationToken cancellationToken)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, start.Simulated ? stopping : default);
        return await grain.StartAsync(start, waiting.Token);
    }

    private static async Task<IResult> ReadAsync(string id, IGrainFactory grains, CancellationToken cancellationToken) =>
        TypedResults.Json(await TurnLearning.DescribeAsync(await Grain(grains, id).ReadAsync(cancellationToken), grains), ArcherJson.Default.ConversationView);

    private static async Task<IResult> DrawAsync(string id, string? width, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var size = ChartRequests.ReadSize(width);
        return TypedResults.Text(ValueChart.Draw(await Grain(grains, id).ReadAsync(cancellationToken), size), ChartRequests.MediaType);
    }

    private static async Task<IResult> SayAsync(
        string id, HttpRequest request, JsonBody body, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var grain = Grain(grains, id);
        var (message, stream) = await body.ReadAsync(request, ConversationRequests.ReadMessage, cancellationToken);
        return stream || EventStream.IsAccepted(request)
            ? new EventStream(grain.StreamSayAsync(message, cancellationToken).WithBatchSize(1))
            : TypedResults.Json(await grain.SayAsync(message, cancellationToken), ArcherJson.Default.TurnReply);
    }

    private static async Task<IResult> RewardAsync(
        string id, HttpRequest request, JsonBody body, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var grain = Grain(grains, id);
        var report = await body.ReadAsync(request, ConversationRequests.ReadReport, cancellationToken);
        return TypedResults.Json(await grain.RewardAsync(report, cancellationToken), ArcherJson.Default.RewardReceipt);
    }

    private static async Task<IResult> EndAsync(
        string id, HttpRequest request, JsonBody body, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var grain = Grain(grains, id);
        var end = await body.ReadAsync(request, ConversationRequests.ReadEnd, cancellationToken);
        return TypedResults.Json(await grain.EndAsync(end, cancellationToken), ArcherJson.Default.ConversationView);
    }

    private static async Task<IResult> EraseAsync(string id, IGrainFactory grains, CancellationToken cancellationToken) =>
        TypedResults.Json(await Grain(grains, id).EraseAsync(cancellationToken), ArcherJson.Default.ConversationErasure);

    private static IConversationGrain Grain(IGrainFactory grains, string id) => ConversationRequests.IsId(id)
        ? grains.GetGrain<IConversationGrain>(id)
        : throw new ConversationNotFoundException("There is no conversation with such an id: ids are 1 to 128 of the characters A-Z a-z 0-9 . _ ~ -");
}
