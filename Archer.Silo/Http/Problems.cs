using System.Globalization;
using System.Text.Json;
using Archer.Client;
using Archer.Client.Http;
using Archer.Hosting.Limits;
using Archer.Replay;
using Orleans.Storage;

namespace Archer.Silo.Http;

/// <summary>Failures as problem documents (RFC 9457).</summary>
internal static class Problems
{
    private const int GrainRetrySeconds = 1;
    private const string SendAgain = "It is not known whether the request took effect: send it again with the same key.";

    /// <summary>The problem of an exception; null for an unexpected one, which is logged and not shown to the caller.</summary>
    public static ProblemDocument? Of(Exception exception) => exception switch
    {
        InvalidRequestException invalid => Create(400, ProblemTypes.InvalidRequest, "The request is not valid.", invalid.Message) with { Problems = invalid.Problems },
        ConversationNotFoundException => Create(404, ProblemTypes.ConversationNotFound, "There is no such conversation.", exception.Message),
        AgentNotFoundException => Create(404, ProblemTypes.AgentNotFound, "There is no such agent.", exception.Message),
        ConversationEndedException => Create(409, ProblemTypes.ConversationEnded, "The conversation has ended.", exception.Message),
        ConflictException => Create(409, ProblemTypes.Conflict, "The request conflicts with an earlier one.", exception.Message),
        TrainerSupersededException => Create(409, ProblemTypes.TrainerSuperseded, "A later trainer has taken over.", exception.Message),
        ObservationTooLongException => Create(413, ProblemTypes.TooLong, "The conversation or the body is too long.", exception.Message),
        VersionRefusedException => Create(422, ProblemTypes.VersionRefused, "The policy version was refused.", exception.Message),
        LearnerLagsException lags => Transient(429, ProblemTypes.LearnerLags, "The learner lags behind.", lags),
        PolicyUnavailableException unavailable => Transient(503, ProblemTypes.PolicyUnavailable, "No policy server could answer.", unavailable),
        PolicyMismatchException { IsUnsupported: true } => Create(501, ProblemTypes.PolicyMismatch, "The policy server lacks a capability.", exception.Message),
        PolicyMismatchException => Create(502, ProblemTypes.PolicyMismatch, "The policy server's answer cannot be used.", exception.Message),
        VersionNotVisibleException hidden => Transient(503, ProblemTypes.VersionNotVisible, "The policy version is not visible yet.", hidden),
        TooManyStreamsException full => Transient(503, ProblemTypes.TooManyStreams, "Too many streams are open.", full),
        StorageUnavailableException unavailable => Transient(503, ProblemTypes.StorageUnavailable, "Storage is unavailable.", unavailable),
        ReplayException => Retry(Create(503, ProblemTypes.StorageUnavailable, "Storage is unavailable.", exception.Message)),
        _ when StorageFailed(exception) => Retry(Create(503, ProblemTypes.StorageUnavailable, "Storage is unavailable.", $"State could not be read or written. {SendAgain}")),
        BadHttpRequestException bad => OfStatus(bad.StatusCode, bad.Message),
        _ when WhatFailed(exception) is { } reason => Retry(Create(503, ProblemTypes.SiloUnavailable, "The silo is unavailable.", $"{reason} {SendAgain}")),
        _ => null,
    };

    /// <summary>Whether operators should read the details, which the caller does not get.</summary>
    public static bool IsOfTheHost(Exception exception) => exception is not ArcherException && (StorageFailed(exception) || WhatFailed(exception) is not null);

    /// <summary>The problem of a status that no handler explained.</summary>
    public static ProblemDocument OfStatus(int status, string? detail = null) => status switch
    {
        400 => Create(status, ProblemTypes.InvalidRequest, "The request is not valid.", detail ?? "The request is malformed.") with { Problems = [detail ?? "The request is malformed."] },
        401 => Create(status, ProblemTypes.Unauthorized, "A key is required.", "Send one of the configured keys as Authorization: Bearer …"),
        403 => Create(status, ProblemTypes.ForeignPage, "Cross-origin request refused.", "A web page of another origin cannot change anything here without a key."),
        404 => Create(status, ProblemTypes.NotFound, "No such address.", detail ?? "See /openapi/v1.json for the addresses."),
        405 => Create(status, ProblemTypes.MethodNotAllowed, "Method not allowed.", detail ?? "See /openapi/v1.json for the methods."),
        408 => Create(status, ProblemTypes.BodyTimeout, "The body did not arrive in time.", detail),
        413 => Create(status, ProblemTypes.TooLong, "The conversation or the body is too long.", detail),
        415 => Create(status, ProblemTypes.UnsupportedMediaType, "The body is not JSON.", detail ?? "The body must have the content type application/json."),
        >= 500 => Create(status, ProblemTypes.Internal, "Internal server error.", detail ?? "The log has the details."),
        _ => Create(status, ProblemTypes.InvalidRequest, "The request is not valid.", detail),
    };

    public static async Task WriteAsync(HttpContext context, ProblemDocument problem)
    {
        context.Response.ContentLength = null;
        context.Response.StatusCode = problem.Status;
        context.Response.ContentType = "application/problem+json";
        if (problem.RetryAfterSeconds is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        await JsonSerializer.SerializeAsync(context.Response.Body, problem, ArcherJson.Default.ProblemDocument, context.RequestAborted);
    }

    /// <summary>The grain host wraps a failure of storage in an exception of its own.</summary>
    private static bool StorageFailed(Exception exception) =>
        exception is InconsistentStateException || (exception.GetType() == typeof(OrleansException) && exception.InnerException is not null);

    /// <summary>Why the grain host did not answer; null for other failures.</summary>
    private static string? WhatFailed(Exception exception) => exception switch
    {
        TimeoutException => "The request timed out inside the silo.",
        SiloUnavailableException => "The silo is starting or stopping.",
        OrleansMessageRejectionException => "The silo is overloaded, starting or stopping.",
        EnumerationAbortedException => "The conversation was deactivated while its reply streamed.",
        OperationCanceledException => "The silo cancelled the request.",
        OrleansException => $"The silo failed with {exception.GetType().Name}.",
        _ => null,
    };

    private static ProblemDocument Transient(int status, string type, string title, TransientException exception) =>
        Create(status, type, title, exception.Message) with { RetryAfterSeconds = Math.Max(1, (int)Math.Ceiling(exception.RetryAfter.TotalSeconds)) };

    private static ProblemDocument Retry(ProblemDocument problem) => problem with { RetryAfterSeconds = GrainRetrySeconds };

    private static ProblemDocument Create(int status, string type, string title, string? detail) =>
        new() { Status = status, Type = type, Title = title, Detail = detail };
}
