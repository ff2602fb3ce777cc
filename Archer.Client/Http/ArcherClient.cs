using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Archer.Client.Agents;
using Archer.Client.Conversations;
using Archer.Client.Health;
using Archer.Client.History;
using Archer.Client.Users;

namespace Archer.Client.Http;

/// <summary>
/// The typed client of the silo's HTTP API: one connection pool, safe to share between threads, meant to live as long as the process.
/// Every method throws <see cref="ArcherApiException"/> when the silo refuses and <see cref="ArcherUnreachableException"/> when no whole answer
/// comes; requests that may be sent twice are sent again first (<see cref="ArcherClientOptions.RetryFor"/>).
/// </summary>
public sealed class ArcherClient : IDisposable
{
    private readonly ApiTransport _transport;

    /// <summary>A client of the silo at <see cref="ArcherClientOptions.Url"/>.</summary>
    /// <param name="options">Address, key and patience; null takes the defaults.</param>
    /// <param name="time">Clock of the pauses between attempts; null takes the system's.</param>
    /// <param name="handler">Sends the requests in place of sockets; stays the caller's to dispose. Null takes sockets.</param>
    /// <exception cref="ArgumentException">The options are wrong; the message lists every problem.</exception>
    public ArcherClient(ArcherClientOptions? options = null, TimeProvider? time = null, HttpMessageHandler? handler = null) =>
        _transport = new ApiTransport(options ?? new ArcherClientOptions(), time ?? TimeProvider.System, handler);

    /// <summary>The silo's address.</summary>
    public Uri Address => _transport.Address;

    /// <summary>Starts a conversation. Sent again on failure only when it names its id.</summary>
    public Task<ConversationView> StartAsync(StartConversation start, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(
            HttpCall.Post("v1/conversations", start, ArcherJson.Default.StartConversation, repeatable: start.Id is not null),
            ArcherJson.Default.ConversationView,
            cancellationToken);

    /// <summary>Says something and gets the agent's reply, durable by then. Sent again on failure only with a key.</summary>
    public Task<TurnReply> SayAsync(string conversation, UserMessage message, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(Say(conversation, message), ArcherJson.Default.TurnReply, cancellationToken);

    /// <summary>
    /// Says something and gets the reply as it is generated: pieces of text, then one fragment with the whole reply, durable by then.
    /// Once pieces have come, nothing is sent again: a stream that breaks throws, and the same key gives the stored reply.
    /// </summary>
    public async IAsyncEnumerable<TurnFragment> StreamAsync(
        string conversation, UserMessage message, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var call = Say(conversation, message);
        using var response = await _transport.OpenStreamAsync(call, cancellationToken).ConfigureAwait(false);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var events = SseParser.Create(body).EnumerateAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (events.ConfigureAwait(false))
        {
            while (true)
            {
                var fragment = await NextAsync(call, events).ConfigureAwait(false);
                yield return fragment;
                if (fragment.Reply is not null)
                {
                    yield break;
                }
            }
        }
    }

    /// <summary>Sets the reward of an utterance, also a late one. Sent again on failure only with a key.</summary>
    public Task<RewardReceipt> RewardAsync(string conversation, RewardReport report, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(
            HttpCall.Post(Path(conversation, "/rewards"), report, ArcherJson.Default.RewardReport, repeatable: report.Key is not null),
            ArcherJson.Default.RewardReceipt,
            cancellationToken);

    /// <summary>Ends a conversation. Sent again on failure only with a key.</summary>
    public Task<ConversationView> EndAsync(string conversation, EndConversation end, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(
            HttpCall.Post(Path(conversation, "/end"), end, ArcherJson.Default.EndConversation, repeatable: end.Key is not null),
            ArcherJson.Default.ConversationView,
            cancellationToken);

    /// <summary>Reads a conversation as it is.</summary>
    public Task<ConversationView> ReadAsync(string conversation, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(HttpCall.Get(Path(conversation, "")), ArcherJson.Default.ConversationView, cancellationToken);

    /// <summary>Erases a conversation from state and replay, and tells which policy versions were trained on it.</summary>
    public Task<ConversationErasure> EraseAsync(string conversation, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(HttpCall.Delete(Path(conversation, "")), ArcherJson.Default.ConversationErasure, cancellationToken);

    /// <summary>Erases every conversation of a user, and tells which policy versions were trained on them.</summary>
    public Task<UserErasure> EraseUserAsync(string user, string tenant = "", CancellationToken cancellationToken = default) =>
        _transport.SendAsync(
            HttpCall.Delete($"v1/users/{Uri.EscapeDataString(user)}?tenant={Uri.EscapeDataString(tenant)}"), ArcherJson.Default.UserErasure, cancellationToken);

    /// <summary>Reads the agents and their policy versions.</summary>
    public Task<AgentList> ReadAgentsAsync(CancellationToken cancellationToken = default) =>
        _transport.SendAsync(HttpCall.Get("v1/agents"), ArcherJson.Default.AgentList, cancellationToken);

    /// <summary>Reads an agent and its policy versions.</summary>
    public Task<AgentView> ReadAgentAsync(string agent, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(HttpCall.Get(AgentPath(agent, "")), ArcherJson.Default.AgentView, cancellationToken);

    /// <summary>Reads the numbers of one agent.</summary>
    public Task<AgentMetrics> ReadMetricsAsync(string agent, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(HttpCall.Get(AgentPath(agent, "/metrics")), ArcherJson.Default.AgentMetrics, cancellationToken);

    /// <summary>Lists an agent's recent conversations, newest first; an older page is asked for with the last one's cursor.</summary>
    public Task<ConversationPage> ListConversationsAsync(string agent, ConversationQuery? query = null, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(HttpCall.Get(AgentPath(agent, HistoryPaths.Conversations(query ?? new()))), ArcherJson.Default.ConversationPage, cancellationToken);

    /// <summary>All of an agent's recent conversations that a query chooses, newest first: every page from the query's on.</summary>
    public async IAsyncEnumerable<ConversationSummary> EnumerateConversationsAsync(
        string agent, ConversationQuery? query = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var next = query ?? new ConversationQuery { Limit = ConversationQuery.LargestLimit }; ;)
        {
            var page = await ListConversationsAsync(agent, next, cancellationToken).ConfigureAwait(false);
            foreach (var conversation in page.Conversations)
            {
                yield return conversation;
            }

            if (page.Before is null)
            {
                yield break;
            }

            next = next with { Before = page.Before };
        }
    }

    /// <summary>Reads ended conversations that are kept, newest end first; an older page is asked for with the last one's cursor.</summary>
    public Task<EndedConversationPage> ListEndedAsync(string agent, EndedConversationQuery? query = null, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(HttpCall.Get(AgentPath(agent, HistoryPaths.Ended(query ?? new()))), ArcherJson.Default.EndedConversationPage, cancellationToken);

    /// <summary>All ended conversations of an agent that are kept and that a query chooses, newest end first: every page from the query's on.</summary>
    public async IAsyncEnumerable<ConversationView> EnumerateEndedAsync(
        string agent, EndedConversationQuery? query = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var next = query ?? new EndedConversationQuery(); ;)
        {
            var page = await ListEndedAsync(agent, next, cancellationToken).ConfigureAwait(false);
            foreach (var conversation in page.Conversations)
            {
                yield return conversation;
            }

            if (page.Before is null)
            {
                yield break;
            }

            next = next with { Before = page.Before };
        }
    }

    /// <summary>Reads how an agent has developed.</summary>
    public Task<AgentHistory> ReadHistoryAsync(string agent, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(HttpCall.Get(AgentPath(agent, "/history")), ArcherJson.Default.AgentHistory, cancellationToken);

    /// <summary>
    /// What happens to an agent, as it happens, until cancelled or the silo stops; a connection that breaks throws, and watching again after
    /// the last event goes on from there (or says <see cref="AgentEventType.Reset"/>).
    /// </summary>
    /// <param name="agent">The agent's name.</param>
    /// <param name="after">Id of the last event seen, or <see cref="AgentHistory.EventId"/>; null begins now.</param>
    /// <param name="cancellationToken">Ends the watching.</param>
    public async IAsyncEnumerable<AgentEvent> WatchAsync(
        string agent, string? after = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var call = HttpCall.Get(AgentPath(agent, HistoryPaths.Events(after)));
        using var response = await _transport.OpenStreamAsync(call, cancellationToken).ConfigureAwait(false);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var events = SseParser.Create(body).EnumerateAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (events.ConfigureAwait(false))
        {
            while (await MoveNextAsync(call, events).ConfigureAwait(false))
            {
                yield return Parse(call, events.Current.Data, ArcherJson.Default.AgentEvent);
            }
        }
    }

    /// <summary>Starts a trainer of an agent: from here on every earlier one is refused.</summary>
    public Task<TrainerEpoch> StartTrainerAsync(string agent, StartTrainer start, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(
            HttpCall.Post(AgentPath(agent, "/trainers"), start, ArcherJson.Default.StartTrainer, repeatable: true),
            ArcherJson.Default.TrainerEpoch,
            cancellationToken);

    /// <summary>Announces a policy version whose directory is written; returns once it serves (or is listed).</summary>
    public Task<AgentView> AnnounceAsync(string agent, AnnounceVersion version, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(
            HttpCall.Post(AgentPath(agent, "/versions"), version, ArcherJson.Default.AnnounceVersion, repeatable: true),
            ArcherJson.Default.AgentView,
            cancellationToken);

    /// <summary>Chooses the version that serves, or a candidate and its share.</summary>
    public Task<AgentView> ServeAsync(string agent, ServeVersion serve, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(
            HttpCall.Post(AgentPath(agent, "/serve"), serve, ArcherJson.Default.ServeVersion, repeatable: true),
            ArcherJson.Default.AgentView,
            cancellationToken);

    /// <summary>Goes back to the version that served before. Never sent again: a retry would undo it.</summary>
    public Task<AgentView> RollBackAsync(string agent, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(new HttpCall(HttpMethod.Post, AgentPath(agent, "/rollback"), null, Repeatable: false), ArcherJson.Default.AgentView, cancellationToken);

    /// <summary>Tells how far the learner is; the answer says who waits for it.</summary>
    public Task<LearnerReceipt> ReportLearnerAsync(string agent, LearnerReport report, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(
            HttpCall.Post(AgentPath(agent, "/learner"), report, ArcherJson.Default.LearnerReport, repeatable: true),
            ArcherJson.Default.LearnerReceipt,
            cancellationToken);

    /// <summary>Reads what the silo depends on, each dependency asked anew.</summary>
    public Task<DependencyReport> ReadDependenciesAsync(CancellationToken cancellationToken = default) =>
        _transport.SendAsync(HttpCall.Get("health/dependencies"), ArcherJson.Default.DependencyReport, cancellationToken);

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _transport.Dispose();

    private static HttpCall Say(string conversation, UserMessage message) =>
        HttpCall.Post(Path(conversation, "/messages"), message, ArcherJson.Default.UserMessage, repeatable: message.Key is not null);

    private static string Path(string conversation, string rest) => $"v1/conversations/{Uri.EscapeDataString(conversation)}{rest}";

    private static string AgentPath(string agent, string rest) => $"v1/agents/{Uri.EscapeDataString(agent)}{rest}";

    private async ValueTask<TurnFragment> NextAsync(HttpCall call, IAsyncEnumerator<SseItem<string>> events)
    {
        if (!await MoveNextAsync(call, events).ConfigureAwait(false))
        {
            throw _transport.Unreachable(call.Path, new EndOfStreamException("the stream ended before the reply was complete"));
        }

        var item = events.Current;
        return item.EventType == "error" ? throw ProblemReader.Of(call, item.Data) : Parse(call, item.Data, ArcherJson.Default.TurnFragment);
    }

    private async ValueTask<bool> MoveNextAsync(HttpCall call, IAsyncEnumerator<SseItem<string>> events)
    {
        try
        {
            return await events.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception cause) when (cause is HttpRequestException or IOException)
        {
            throw _transport.Unreachable(call.Path, cause);
        }
    }

    private static T Parse<T>(HttpCall call, string data, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(Encoding.UTF8.GetBytes(data), type) ?? throw new JsonException("The event is null.");
        }
        catch (JsonException cause)
        {
            throw new ArcherApiException($"{call.Method} {call.Path} streamed what is no {typeof(T).Name} ({cause.Message}).", System.Net.HttpStatusCode.OK, "");
        }
    }
}
