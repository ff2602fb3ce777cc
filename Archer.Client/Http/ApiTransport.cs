using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Archer.Client.Http;

/// <summary>Sends calls over one connection pool, turns failures into exceptions and repeats what may be repeated.</summary>
internal sealed class ApiTransport : IDisposable
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private static readonly MediaTypeWithQualityHeaderValue EventStream = new("text/event-stream");
    private readonly ArcherClientOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;
    private long _calls;

    public ApiTransport(ArcherClientOptions options, TimeProvider time, HttpMessageHandler? handler)
    {
        var problems = options.Problems().ToList();
        if (problems.Count != 0)
        {
            throw new ArgumentException(string.Join(" ", problems), nameof(options));
        }

        _options = options;
        _time = time;
        _http = new HttpClient(handler ?? NewHandler(options.Url), disposeHandler: handler is null)
        {
            BaseAddress = new Uri(options.Url.AbsoluteUri.TrimEnd('/') + "/"),
            Timeout = options.Timeout,
        };
        if (options.Key is { } key)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }
    }

    public Uri Address => _http.BaseAddress!;

    public async Task<T> SendAsync<T>(HttpCall call, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var schedule = NewSchedule();
        while (true)
        {
            TimeSpan pause;
            try
            {
                using var response = await ReceiveAsync(call, stream: false, cancellationToken).ConfigureAwait(false);
                return await ReadAsync(call, response, type, cancellationToken).ConfigureAwait(false);
            }
            catch (ArcherException failure) when (call.Repeatable && schedule.After(failure) is { } delay)
            {
                pause = delay;
            }
            await Task.Delay(pause, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The open answer of a call that streams events; repeats only until the answer begins.</summary>
    public async Task<HttpResponseMessage> OpenStreamAsync(HttpCall call, CancellationToken cancellationToken)
    {
        var schedule = NewSchedule();
        while (true)
        {
            TimeSpan pause;
            try
            {
                return await ReceiveAsync(call, stream: true, cancellationToken).ConfigureAwait(false);
            }
            catch (ArcherException failure) when (call.Repeatable && schedule.After(failure) is { } delay)
            {
                pause = delay;
            }
            await Task.Delay(pause, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    public ArcherUnreachableException Unreachable(string path, Exception cause) => new(
        $"The silo at {Address} gave no whole answer to {path} ({(cause.InnerException ?? cause).Message}).", cause);

    public void Dispose() => _http.Dispose();

    private RetrySchedule NewSchedule() => new(_options, _time, (ulong)Interlocked.Increment(ref _calls));

    private async Task<HttpResponseMessage> ReceiveAsync(HttpCall call, bool stream, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(call.Method, call.Path);
        if (call.Body is not null)
        {
            request.Content = new ByteArrayContent(call.Body) { Headers = { ContentType = Json } };
        }

        if (stream)
        {
            request.Headers.Accept.Add(EventStream);
        }

        HttpResponseMessage response;
        try
        {
            var completion = stream ? HttpCompletionOption.ResponseHeadersRead : HttpCompletionOption.ResponseContentRead;
            response = await _http.SendAsync(request, completion, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception cause) when (cause is HttpRequestException or IOException
            || (cause is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw Unreachable(call.Path, cause);
        }
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw await ProblemReader.ReadAsync(call, response, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<T> ReadAsync<T>(HttpCall call, HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var content = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return JsonSerializer.Deserialize(content, type) ?? throw new JsonException("The answer is null.");
        }
        catch (JsonException cause)
        {
            throw new ArcherApiException(
                $"{Address} answered {call.Method} {call.Path} with what is no {typeof(T).Name} ({cause.Message}). Is it an Archer silo of this version?",
                response.StatusCode,
                "");
        }
    }

    // On loopback a proxy of the environment would only be in the way.
    private static SocketsHttpHandler NewHandler(Uri url) => new()
    {
        UseProxy = !url.IsLoopback,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionLifetime = url.IsLoopback ? Timeout.InfiniteTimeSpan : TimeSpan.FromMinutes(5),
    };
}
