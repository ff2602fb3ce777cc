using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using Archer.Client;
using Archer.Grains.Policies.Wire;
using Microsoft.Extensions.Options;
using Polly;

namespace Archer.Grains.Policies;

/// <summary>
/// Talks to a policy server over HTTP. Everything off the grain's scheduler: no parsing happens in a grain turn.
/// A retry is safe, because a request's seed and version decide its answer.
/// </summary>
public sealed class HttpPolicyClient : IPolicyClient
{
    private readonly HttpClient _http;
    private readonly PolicyClientOptions _options;
    private readonly ResiliencePipeline _pipeline;
    private readonly PolicyServers _servers;

    /// <summary>A client; the HTTP client's base address is the policy server's unless the options have one.</summary>
    public HttpPolicyClient(HttpClient http, IOptions<PolicyClientOptions> options, TimeProvider time)
    {
        _http = http;
        _options = options.Value;
        _pipeline = PolicyPipeline.Build(_options, time);
        _servers = new PolicyServers([.. _options.Servers]);
        _http.BaseAddress = _options.Address ?? _http.BaseAddress;
        _http.Timeout = Timeout.InfiniteTimeSpan;
        if (_options.Key is { } key)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }
    }

    /// <inheritdoc/>
    public Task<PolicyAnswer> CompleteAsync(PolicyRequest request, CancellationToken cancellationToken) => RunAsync(
        Describe(request),
        async token =>
        {
            using var response = await SendAsync(Chat(request, stream: false), token).ConfigureAwait(false);
            var answer = await ReadAsync(response, token).ConfigureAwait(false);
            return ChatTranslation.ToAnswer(request, answer);
        },
        cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<PolicyFragment> StreamAsync(PolicyRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var channel = Channel.CreateUnbounded<PolicyFragment>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        var producing = ProduceAsync(request, channel.Writer, abandoned.Token);
        try
        {
            await foreach (var fragment in channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return fragment;
            }
        }
        finally
        {
            await abandoned.CancelAsync().ConfigureAwait(false);
        }

        await producing.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task LoadAsync(string agent, string version, CancellationToken cancellationToken) => RunAsync(
        $"Loading version {version} of agent {agent}",
        async token =>
        {
            var path = $"v1/policies/{Uri.EscapeDataString(agent)}/versions/{Uri.EscapeDataString(version)}/load";
            var servers = await _servers.FindAsync(token).ConfigureAwait(false);
            Uri[] addresses = servers.Count == 0 ? [new Uri(path, UriKind.Relative)] : [.. servers.Select(server => new Uri(server, path))];
            await Task.WhenAll(addresses.Select(address => PostAsync(address, token))).ConfigureAwait(false);
            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<string>> ListAsync(string agent, CancellationToken cancellationToken) => RunAsync(
        $"Listing the versions of agent {agent}",
        async token =>
        {
            try
            {
                using var response = await SendAsync(
                    () => new HttpRequestMessage(HttpMethod.Get, $"v1/policies/{Uri.EscapeDataString(agent)}"), token).ConfigureAwait(false);
                await using var body = await response.Content.ReadAsStreamAsync(token).ConfigureAwait(false);
                var listing = await JsonSerializer.DeserializeAsync(body, ChatWire.Default.PolicyListing, token).ConfigureAwait(false);
                return listing?.Available ?? throw new JsonException("available is missing");
            }
            catch (VersionRefusedException none) when (none.IsMissing)
            {
                return [];
            }
        },
        cancellationToken);

    private async Task ProduceAsync(PolicyRequest request, ChannelWriter<PolicyFragment> writer, CancellationToken cancellationToken)
    {
        try
        {
            var started = false;
            await RunAsync(
                Describe(request),
                async token =>
                {
                    using var response = await SendAsync(Chat(request, stream: true), token).ConfigureAwait(false);
                    var stream = new ChatStream();
                    await using var body = await response.Content.ReadAsStreamAsync(token).ConfigureAwait(false);
                    await foreach (var item in SseParser.Create(body).EnumerateAsync(token).ConfigureAwait(false))
                    {
                        if (item.Data == "[DONE]")
                        {
                            break;
                        }

                        var text = stream.Add(Parse(item.Data, started));
                        if (text.Length > 0)
                        {
                            started = true;
                            writer.TryWrite(new PolicyFragment(text, null));
                        }
                    }

                    writer.TryWrite(new PolicyFragment(null, ChatTranslation.ToAnswer(request, stream.ToAnswer())));
                    return true;
                },
                cancellationToken,
                () => started).ConfigureAwait(false);
            writer.TryComplete();
        }
        catch (Exception exception)
        {
            // The reader gets it.
            writer.TryComplete(exception);
        }
    }

    private Func<HttpRequestMessage> Chat(PolicyRequest request, bool stream)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(ChatTranslation.ToBody(request, stream), ChatWire.Default.ChatBody);
        return () => new HttpRequestMessage(HttpMethod.Post, "v1/chat/completions")
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
    }

    private async Task<T> RunAsync<T>(
        string what, Func<CancellationToken, Task<T>> attempt, CancellationToken cancellationToken, Func<bool>? started = null)
    {
        try
        {
            return await _pipeline.ExecuteAsync(
                async token =>
                {
                    try
                    {
                        return await attempt(token).ConfigureAwait(false);
                    }
                    catch (Exception exception) when (exception is HttpRequestException or IOException)
                    {
                        // Text that a caller has seen cannot be taken back: a stream that broke is not tried again.
                        throw started?.Invoke() == true
                            ? new PolicyUnavailableException($"{what} broke off.", _options.RetryAfter, exception)
                            : new PolicyAttemptException($"{what} failed.", exception);
                    }
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (PolicyFailures.Translate(exception, what, _options, cancellationToken) is { } failure)
        {
            throw failure;
        }
    }

    private async Task PostAsync(Uri address, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(() => new HttpRequestMessage(HttpMethod.Post, address), cancellationToken).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> create, CancellationToken cancellationToken)
    {
        using var request = create();
        var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw await PolicyFailures.ReadAsync(response, _options, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<ChatAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        return await JsonSerializer.DeserializeAsync(body, ChatWire.Default.ChatAnswer, cancellationToken).ConfigureAwait(false)
            ?? throw new FormatException("the answer is null");
    }

    private ChatAnswer Parse(string json, bool started)
    {
        var chunk = JsonSerializer.Deserialize(json, ChatWire.Default.ChatAnswer) ?? throw new FormatException("a chunk is null");
        if (chunk.Error is not { } error)
        {
            return chunk;
        }

        throw started
            ? new PolicyUnavailableException($"The policy server gave up: {error.Message}", _options.RetryAfter)
            : new PolicyAttemptException($"The policy server gave up: {error.Message}");
    }

    private static string Describe(PolicyRequest request) => $"Turn {request.History.Length} with {request.Agent}@{request.Version}";
}
