using System.Net.Mime;
using System.Text.Json;
using Archer.Client.History;
using Archer.Client.Http;
using Archer.Grains.History;
using Archer.Hosting.Limits;

namespace Archer.Silo.History;

/// <summary>
/// An agent's events as server-sent events, each with its id and type and an <see cref="AgentEvent"/> as data; a comment every 15 seconds when
/// nothing happens. The grain is asked for a page after the last id that the client was sent, so a client that reads slowly holds no memory:
/// when its place is gone it gets <c>reset</c> and goes on with what is new.
/// </summary>
internal sealed class AgentEventStream(IAgentHistoryGrain history, string? after, CancellationToken stopping, TimeProvider time) : IResult
{
    /// <summary>Gathers what happens close together into one write.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var place = httpContext.RequestServices.GetRequiredService<StreamLimit>().Enter();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, stopping);
        var response = httpContext.Response;
        response.ContentType = MediaTypeNames.Text.EventStream;
        response.Headers.CacheControl = "no-cache";
        try
        {
            await SendAsync(response, "retry: 1000\n\n", ended.Token);
            await FollowAsync(response, ended.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The silo stops: the stream ends in order, and the client goes on elsewhere after its last id.
        }
    }

    private async Task FollowAsync(HttpResponse response, CancellationToken cancellationToken)
    {
        var last = after;
        while (true)
        {
            var page = await history.WaitAsync(last, cancellationToken);
            last = page.Last;
            await SendAsync(response, page.Events.IsEmpty ? ":\n\n" : string.Concat(page.Events.Select(Format)), cancellationToken);
            await Task.Delay(Pace, time, cancellationToken);
        }
    }

    private static string Format(AgentEvent happened) =>
        $"id: {happened.Id}\nevent: {JsonNamingPolicy.SnakeCaseLower.ConvertName(happened.Type.ToString())}\n"
        + $"data: {JsonSerializer.Serialize(happened, ArcherJson.Default.AgentEvent)}\n\n";

    private static async Task SendAsync(HttpResponse response, string text, CancellationToken cancellationToken)
    {
        await response.WriteAsync(text, cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }
}
