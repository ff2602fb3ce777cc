using System.Text;
using Archer.Client;
using Archer.Silo.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Storage;

namespace Archer.Silo.Tests.Http;

/// <summary>What the grain host fails with is told in general terms to the caller, and whole in the log.</summary>
public sealed class ProblemMiddlewareTests
{
    private const string SendAgain = "It is not known whether the request took effect: send it again with the same key.";

    public static TheoryData<Exception, string, string> Failures => new()
    {
        { new TimeoutException("Response did not arrive on time in 00:00:30."), ProblemTypes.SiloUnavailable, $"The request timed out inside the silo. {SendAgain}" },
        { new EnumerationAbortedException("gone"), ProblemTypes.SiloUnavailable, $"The conversation was deactivated while its reply streamed. {SendAgain}" },
        { new TaskCanceledException(), ProblemTypes.SiloUnavailable, $"The silo cancelled the request. {SendAgain}" },
        { new OrleansException("odd"), ProblemTypes.SiloUnavailable, $"The silo failed with OrleansException. {SendAgain}" },
        { new OrleansException("read", new IOException("The disk is away.")), ProblemTypes.StorageUnavailable, $"State could not be read or written. {SendAgain}" },
        { new InconsistentStateException("etag"), ProblemTypes.StorageUnavailable, $"State could not be read or written. {SendAgain}" },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Invoke_TheHostFails_Is503AndLogged(Exception failure, string type, string detail)
    {
        var (status, body, log) = await AnswerAsync(failure);

        Assert.Equal(503, status);
        Assert.Contains($"\"type\":\"{type}\"", body, StringComparison.Ordinal);
        Assert.Contains(detail, body, StringComparison.Ordinal);
        var entry = Assert.Single(log);
        Assert.Equal((LogLevel.Warning, "POST /v1/conversations was answered with 503", failure), entry);
    }

    [Fact]
    public async Task Invoke_ThePolicyServerBreaksItsContract_Is502WithoutRetryAfter()
    {
        var (status, body, _) = await AnswerAsync(new PolicyMismatchException("a log-probability is 5"));

        Assert.Equal(502, status);
        Assert.Contains($"\"type\":\"{ProblemTypes.PolicyMismatch}\"", body, StringComparison.Ordinal);
        Assert.DoesNotContain("retry_after_seconds", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invoke_ADefect_Is500AndLogged()
    {
        var defect = new InvalidOperationException("secret");

        var (status, body, log) = await AnswerAsync(defect);

        Assert.Equal(500, status);
        Assert.DoesNotContain("secret", body, StringComparison.Ordinal);
        Assert.Equal((LogLevel.Error, "POST /v1/conversations failed", defect), Assert.Single(log));
    }

    [Fact]
    public async Task Invoke_TheCallerLeft_IsNoDefect()
    {
        var (_, body, log) = await AnswerAsync(new Microsoft.AspNetCore.Connections.ConnectionResetException("reset by peer"));

        Assert.Empty(body);
        Assert.Empty(log);
    }

    [Fact]
    public async Task Invoke_TheCallersMistake_IsNotLogged()
    {
        var (status, _, log) = await AnswerAsync(new ConversationNotFoundException("There is none."));

        Assert.Equal(404, status);
        Assert.Empty(log);
    }

    [Fact]
    public async Task Invoke_TheSiloStopsWhileSomebodyWaits_Is503AndNotLogged()
    {
        var (status, body, log) = await AnswerAsync(new TaskCanceledException(), stops: true);

        Assert.Equal(503, status);
        Assert.Contains($"The silo cancelled the request. {SendAgain}", body, StringComparison.Ordinal);
        Assert.Empty(log);
    }

    [Fact]
    public async Task Invoke_TheHostFailsWhileTheSiloStops_IsLogged()
    {
        var (_, _, log) = await AnswerAsync(new OrleansException("read", new IOException("The disk is away.")), stops: true);

        Assert.Single(log);
    }

    private static async Task<(int Status, string Body, IReadOnlyList<(LogLevel, string, Exception?)> Log)> AnswerAsync(Exception failure, bool stops = false)
    {
        var log = new Journal();
        var lifetime = new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance);
        if (stops)
        {
            lifetime.StopApplication();
        }

        var context = new DefaultHttpContext { Request = { Method = "POST", Path = "/v1/conversations" }, Response = { Body = new MemoryStream() } };
        await new ProblemMiddleware(_ => throw failure, lifetime, log).InvokeAsync(context);
        return (context.Response.StatusCode, Encoding.UTF8.GetString(((MemoryStream)context.Response.Body).ToArray()), log.Entries);
    }

    private sealed class Journal : ILogger<ProblemMiddleware>
    {
        public List<(LogLevel, string, Exception?)> Entries { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Entries.Add((logLevel, formatter(state, exception), exception));
    }
}
