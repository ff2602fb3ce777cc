using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Archer.Client;
using Archer.Client.Agents;
using Archer.Client.Conversations;
using Archer.Client.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Archer.Testing.Http;

/// <summary>The silo's HTTP API on a real socket, held in memory, with an agent that is a function of what was answered so far.</summary>
public sealed class FakeSilo : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Func<FakeConversation, string> _agent;
    private int _chosen;

    private FakeSilo(WebApplication app, Func<FakeConversation, string> agent)
    {
        _app = app;
        _agent = agent;
    }

    public ConcurrentDictionary<string, FakeConversation> Conversations { get; } = [];

    /// <summary>Requests as method, path and body, in order of arrival.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>May answer a request before the API does: true when it has.</summary>
    public Func<HttpContext, Task<bool>> Intercept { get; set; } = _ => Task.FromResult(false);

    public Uri Url => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    /// <summary>The agent as it is; serving changes it.</summary>
    public AgentView Agent { get; set; } = new()
    {
        Name = "twenty-questions",
        Current = "v000002",
        CanaryShare = 0,
        Versions = [],
        Definition = new AgentDefinition { Name = "twenty-questions" },
    };

    public static async Task<FakeSilo> StartAsync(Func<FakeConversation, string>? agent = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var silo = new FakeSilo(app, agent ?? (_ => "Is it a dog?"));
        app.Run(silo.HandleAsync);
        await app.StartAsync();
        return silo;
    }

    public ArcherClient Client(ArcherClientOptions? options = null, TimeProvider? time = null) => new((options ?? new()) with { Url = Url }, time);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    public static async Task ProblemAsync(HttpContext context, int status, string type, string detail, int? retryAfter = null)
    {
        context.Response.StatusCode = status;
        if (retryAfter is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        var problem = new ProblemDocument { Type = type, Title = "title", Status = status, Detail = detail };
        await context.Response.WriteAsJsonAsync(problem, ArcherJson.Default.ProblemDocument, "application/problem+json");
    }

    private async Task HandleAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        Requests.Enqueue($"{context.Request.Method} {context.Request.Path} {body}".TrimEnd());
        if (await Intercept(context))
        {
            return;
        }

        var parts = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        await (parts switch
        {
            ["v1", "agents"] => context.Response.WriteAsJsonAsync(new AgentList { Agents = [Agent] }, ArcherJson.Default.AgentList),
            ["v1", "agents", _, "conversations"] => context.Response.WriteAsJsonAsync(Page(context.Request.Query), ArcherJson.Default.ConversationPage),
            ["v1", "agents", _, "conversations", "ended"] => context.Response.WriteAsJsonAsync(EndedPage(context.Request.Query), ArcherJson.Default.EndedConversationPage),
            ["v1", "agents", _, "serve"] => context.Response.WriteAsJsonAsync(Agent = Served(body), ArcherJson.Default.AgentView),
            ["v1", "agents", _] or ["v1", "agents", _, "versions" or "rollback"] => context.Response.WriteAsJsonAsync(Agent, ArcherJson.Default.AgentView),
            ["v1", "agents", _, "learner"] => context.Response.WriteAsJsonAsync(new LearnerReceipt { Lag = 3, Waiting = 2 }, ArcherJson.Default.LearnerReceipt),
            ["v1", "agents", var agent, "metrics"] => context.Response.WriteAsJsonAsync(Metrics(agent), ArcherJson.Default.AgentMetrics),
            ["v1", "conversations"] => StartConversationAsync(context, body),
            ["v1", "conversations", var id, .. var rest] => ConversationAsync(context, id, rest.Length == 0 ? "" : rest[0], body),
            _ => ProblemAsync(context, 404, ProblemTypes.NotFound, "There is no such address."),
        });
    }

    /// <summary>The first id that the silo chooses is the same every time.</summary>
    private string Chosen() => Interlocked.Increment(ref _chosen) is > 1 and var number ? $"chosen-by-the-silo-{number}" : "chosen-by-the-silo";

    private Task StartConversationAsync(HttpContext context, string body)
    {
        var start = JsonSerializer.Deserialize(body, ArcherJson.Default.StartConversation)!;
        var conversation = Conversations.GetOrAdd(start.Id ?? Chosen(), id => new FakeConversation(id, start, Conversations.Count));
        return context.Response.WriteAsJsonAsync(conversation.View(), ArcherJson.Default.ConversationView);
    }

    private Task ConversationAsync(HttpContext context, string id, string action, string body)
    {
        if (!Conversations.TryGetValue(id, out var conversation))
        {
            return ProblemAsync(context, 404, ProblemTypes.ConversationNotFound, $"There is no conversation '{id}'.");
        }

        lock (conversation)
        {
            switch (action)
            {
                case "messages" when conversation.Ended is not null:
                    return ProblemAsync(context, 409, ProblemTypes.ConversationEnded, $"The conversation '{id}' has ended.");
                case "messages":
                    return ReplyAsync(context, conversation.Say(JsonSerializer.Deserialize(body, ArcherJson.Default.UserMessage)!, _agent));
                case "rewards":
                    var report = JsonSerializer.Deserialize(body, ArcherJson.Default.RewardReport)!;
                    var receipt = new RewardReceipt { Conversation = id, Turn = report.Turn ?? Math.Max(0, conversation.Replies.Count - 1), Reward = report.Reward, Revision = 1 };
                    return context.Response.WriteAsJsonAsync(receipt, ArcherJson.Default.RewardReceipt);
                case "end":
                    conversation.Ended ??= JsonSerializer.Deserialize(body, ArcherJson.Default.EndConversation);
                    return context.Response.WriteAsJsonAsync(conversation.View(), ArcherJson.Default.ConversationView);
                default:
                    return context.Request.Method == "DELETE"
                        ? context.Response.WriteAsJsonAsync(
                            new ConversationErasure { Conversation = id, Turns = 1, ReplayRows = 1, TrainedVersions = ["v000001"] },
                            ArcherJson.Default.ConversationErasure)
                        : context.Response.WriteAsJsonAsync(conversation.View(), ArcherJson.Default.ConversationView);
            }
        }
    }

    private static async Task ReplyAsync(HttpContext context, TurnReply reply)
    {
        if (!context.Request.Headers.Accept.ToString().Contains("text/event-stream"))
        {
            await context.Response.WriteAsJsonAsync(reply, ArcherJson.Default.TurnReply);
            return;
        }
        context.Response.ContentType = "text/event-stream";
        foreach (var word in reply.Text.Split(' '))
        {
            await EventAsync(context, new TurnFragment { Text = word + " " });
        }

        await EventAsync(context, new TurnFragment { Reply = reply });
    }

    public static Task EventAsync(HttpContext context, TurnFragment fragment) =>
        context.Response.WriteAsync($"event: {(fragment.Reply is null ? "text" : "reply")}\ndata: {JsonSerializer.Serialize(fragment, ArcherJson.Default.TurnFragment)}\n\n", Encoding.UTF8);

    /// <summary>Newest first; two a page, whatever is asked for, so that callers have to turn pages.</summary>
    private ConversationPage Page(IQueryCollection query)
    {
        const int PageSize = 2;
        var skipped = int.Parse(query["before"].FirstOrDefault() ?? "0", System.Globalization.CultureInfo.InvariantCulture);
        var (wanted, simulated) = (query["status"].FirstOrDefault(), query["simulated"].FirstOrDefault());
        var all = Conversations.Values
            .OrderByDescending(conversation => conversation.Number)
            .Select(conversation => conversation.Summary())
            .Where(conversation => wanted is null || wanted == conversation.Status.ToString().ToLowerInvariant())
            .Where(conversation => simulated is null || bool.Parse(simulated) == conversation.Simulated)
            .ToList();
        return new ConversationPage
        {
            Conversations = [.. all.Skip(skipped).Take(PageSize)],
            Before = skipped + PageSize < all.Count ? (skipped + PageSize).ToString(System.Globalization.CultureInfo.InvariantCulture) : null,
        };
    }

    /// <summary>Newest first; one a page.</summary>
    private EndedConversationPage EndedPage(IQueryCollection query)
    {
        var skipped = int.Parse(query["before"].FirstOrDefault() ?? "0", System.Globalization.CultureInfo.InvariantCulture);
        var (simulated, split) = (query["simulated"].FirstOrDefault(), query["split"].FirstOrDefault());
        var all = Conversations.Values
            .Where(conversation => conversation.Ended is not null)
            .OrderByDescending(conversation => conversation.Number)
            .Select(conversation => conversation.View())
            .Where(conversation => simulated is null || bool.Parse(simulated) == conversation.Simulated)
            .Where(conversation => split is null || split == "train" == (conversation.Split == ReplaySplit.Train))
            .ToList();
        return new EndedConversationPage
        {
            Conversations = [.. all.Skip(skipped).Take(1)],
            Before = skipped + 1 < all.Count ? (skipped + 1).ToString(System.Globalization.CultureInfo.InvariantCulture) : null,
        };
    }

    private AgentView Served(string body)
    {
        var serve = JsonSerializer.Deserialize(body, ArcherJson.Default.ServeVersion)!;
        var next = serve.Version is null ? Agent : Agent with { Current = serve.Version, Previous = Agent.Current };
        return next with { Candidate = serve.Candidate, CanaryShare = serve.CanaryShare };
    }

    private static AgentMetrics Metrics(string agent) => new()
    {
        Agent = agent,
        Conversations = 12,
        MeanReturnLast200 = -9.5,
        PolicyVersion = "v000002",
        TurnsPerSecond = 100,
        ReplayRows = 120,
        LearnerStep = 2,
        EpisodesConsumed = 10,
        LearnerLag = 2,
        Waiting = 0,
    };
}
