using System.Collections.Immutable;
using System.Text.Json;
using Archer.Client.Conversations;
using Archer.Client.Http;
using Archer.Client.Policies;
using Archer.Grains.Policies.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Archer.Benchmarks.Turns;

/// <summary>
/// What stands around the platform in its measurement, each in a process of its own: a policy server that answers at once, and an ASP.NET application whose
/// endpoint does nothing (<c>/empty</c>) or asks that policy server and nothing else (<c>/forward</c>).
/// </summary>
internal static class Peers
{
    /// <summary>First word of the command line.</summary>
    public const string Command = "peer";

    private const string Json = "application/json";
    private static readonly ImmutableArray<int> Said = [301, 302, 303, 304, 305, 306, 307, 308, 2];
    private static readonly ImmutableArray<int> Heard = [5, 310, 311, 2, 6];

    /// <summary>An answer of the platform's size.</summary>
    private static readonly byte[] Reply = JsonSerializer.SerializeToUtf8Bytes(
        new TurnReply
        {
            Conversation = "turns-100000-00",
            Turn = 5,
            Text = "Is it alive?",
            PolicyVersion = "v000000",
            Value = -5.5f,
            FinishReason = FinishReason.Stop,
            Tokens = 9,
            TurnsLeft = 14,
        },
        ArcherJson.Default.TurnReply);

    public static async Task RunAsync(string[] arguments)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        if (arguments[0] == "policy")
        {
            MapPolicy(app);
        }
        else
        {
            MapRival(app, new Uri(arguments[1]));
        }

        await app.StartAsync();
        Console.WriteLine(app.Urls.Single());
        // Goes when whoever started it goes, however that ends.
        await Console.In.ReadToEndAsync();
    }

    private static void MapPolicy(WebApplication app)
    {
        app.MapPost("/v1/policies/{agent}/versions/{version}/load", () => Results.Ok());
        app.MapPost("/v1/chat/completions", async (HttpContext context) =>
        {
            var body = (await JsonSerializer.DeserializeAsync(context.Request.Body, ChatWire.Default.ChatBody))!;
            var answer = JsonSerializer.SerializeToUtf8Bytes(Answer(body), ChatWire.Default.ChatAnswer);
            await WriteAsync(context, answer);
        });
    }

    private static ChatAnswer Answer(ChatBody body) => new()
    {
        Choices =
        [
            new ChatAnswerChoice
            {
                Message = new ChatText("Is it alive?"),
                FinishReason = "stop",
                TokenIds = Said,
                Logprobs = new ChatLogprobs([.. Said.Select(id => new ChatLogprob(-0.001f * id))]),
            },
        ],
        PromptTokenIds = [.. body.Messages.SelectMany(message => message.TokenIds ?? []), .. Heard],
        PolicyVersion = body.Model[(body.Model.IndexOf('@', StringComparison.Ordinal) + 1)..],
        Value = -5.5f,
    };

    private static void MapRival(WebApplication app, Uri policy)
    {
        var client = new HttpClient(new SocketsHttpHandler()) { BaseAddress = policy };
        var request = JsonSerializer.SerializeToUtf8Bytes(Question(), ChatWire.Default.ChatBody);
        app.MapPost("/empty", async (HttpContext context) =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            await WriteAsync(context, Reply);
        });
        app.MapPost("/forward", async (HttpContext context) =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            using var content = new ByteArrayContent(request) { Headers = { ContentType = new(Json) } };
            using var response = await client.PostAsync("/v1/chat/completions", content);
            await response.Content.ReadAsByteArrayAsync();
            await WriteAsync(context, Reply);
        });
    }

    /// <summary>The fifth turn of a conversation.</summary>
    private static ChatBody Question() => new()
    {
        Model = "twenty-questions@v000000",
        Messages =
        [
            .. Enumerable.Repeat((ChatBodyMessage[])[new("user", "No.", Heard), new("assistant", "Is it alive?", Said)], 5).SelectMany(turn => turn),
            new("user", "No."),
        ],
        Temperature = 1,
        TopP = 1,
        TopK = 0,
        MaxTokens = 32,
        Seed = 1,
    };

    private static async Task WriteAsync(HttpContext context, byte[] json)
    {
        context.Response.ContentType = Json;
        context.Response.ContentLength = json.Length;
        await context.Response.Body.WriteAsync(json);
    }
}
