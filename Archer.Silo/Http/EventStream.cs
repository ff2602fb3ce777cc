using System.Net.Mime;
using System.Text.Json;
using Archer.Client.Conversations;
using Archer.Client.Http;
using Archer.Hosting.Limits;

namespace Archer.Silo.Http;

/// <summary>
/// A reply as server-sent events: <c>text</c> for each piece, <c>reply</c> for the whole, each with a <see cref="TurnFragment"/>;
/// <c>error</c> with a problem document when it breaks off. What fails before the first piece fails like any other request.
/// </summary>
internal sealed partial class EventStream(IAsyncEnumerable<TurnFragment> fragments) : IResult
{
    public static bool IsAccepted(HttpRequest request) =>
        request.GetTypedHeaders().Accept.Any(accept => accept.MediaType.Equals(MediaTypeNames.Text.EventStream, StringComparison.OrdinalIgnoreCase));

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        var cancelled = httpContext.RequestAborted;
        using var place = httpContext.RequestServices.GetRequiredService<StreamLimit>().Enter();
        await using var enumerator = fragments.GetAsyncEnumerator(cancelled);
        var more = await enumerator.MoveNextAsync();
        response.ContentType = MediaTypeNames.Text.EventStream;
        response.Headers.CacheControl = "no-cache";
        try
        {
            for (; more; more = await enumerator.MoveNextAsync())
            {
                var fragment = enumerator.Current;
                var json = JsonSerializer.Serialize(fragment, ArcherJson.Default.TurnFragment);
                await WriteAsync(response, fragment.Reply is null ? "text" : "reply", json, cancelled);
            }
        }
        catch (Exception exception) when (!cancelled.IsCancellationRequested && Problems.Of(exception) is { } problem)
        {
            if (Problems.IsOfTheHost(exception))
            {
                LogBroken(httpContext.RequestServices.GetRequiredService<ILogger<EventStream>>(), httpContext.Request.Path, exception);
            }

            await WriteAsync(response, "error", JsonSerializer.Serialize(problem, ArcherJson.Default.ProblemDocument), cancelled);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The stream of {Path} broke off")]
    private static partial void LogBroken(ILogger logger, string path, Exception exception);

    private static async Task WriteAsync(HttpResponse response, string name, string json, CancellationToken cancellationToken)
    {
        await response.WriteAsync($"event: {name}\ndata: {json}\n\n", cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }
}
