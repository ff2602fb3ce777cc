using System.Net;
using System.Text;

namespace Archer.Grains.Tests.Policies;

/// <summary>A policy server's side of the wire: answers in turn, the last one for ever.</summary>
internal sealed class FakeServer(params Func<HttpRequestMessage, Task<HttpResponseMessage>>[] answers) : HttpMessageHandler
{
    private int _calls;

    public int Calls => _calls;

    public string LastBody { get; private set; } = "";

    public Uri? LastAddress { get; private set; }

    public string? LastAuthorization { get; private set; }

    public static Func<HttpRequestMessage, Task<HttpResponseMessage>> Json(string json, HttpStatusCode status = HttpStatusCode.OK) =>
        _ => Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent(json, Encoding.UTF8, "application/json") });

    public static Func<HttpRequestMessage, Task<HttpResponseMessage>> Throws(Exception exception) => _ => Task.FromException<HttpResponseMessage>(exception);

    public static Func<HttpRequestMessage, Task<HttpResponseMessage>> Events(params string[] data) => _ => Task.FromResult(new HttpResponseMessage
    {
        Content = new StringContent(string.Concat(data.Select(item => $"data: {item}\n\n")), Encoding.UTF8, "text/event-stream"),
    });

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var call = Interlocked.Increment(ref _calls) - 1;
        LastBody = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        LastAddress = request.RequestUri;
        LastAuthorization = request.Headers.Authorization?.ToString();
        return await answers[Math.Min(call, answers.Length - 1)](request).WaitAsync(cancellationToken);
    }
}
