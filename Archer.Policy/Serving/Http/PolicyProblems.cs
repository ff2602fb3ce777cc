using System.Globalization;
using Archer.Client;
using Archer.Hosting.Limits;
using Archer.Policy.Generation;
using Archer.Policy.Serving.Versions;
using Archer.Policy.Serving.Wire;

namespace Archer.Policy.Serving.Http;

/// <summary>Which problem document answers which failure.</summary>
internal static class PolicyProblems
{
    private const string InvalidRequestError = "invalid_request_error";
    private const string ServerError = "server_error";

    /// <summary>The answer to a failure; null for an unexpected one, which the host answers.</summary>
    public static PolicyProblem? Describe(Exception exception) => exception switch
    {
        InvalidRequestException invalid =>
            Create(ProblemTypes.InvalidRequest, "The request is not valid.", 400, invalid.Message) with { Problems = invalid.Problems },
        ModelNotFoundException => Create(ProblemTypes.ModelNotFound, "There is no such model.", 404, exception.Message),
        ObservationTooLongException or BodyTooLongException =>
            Create(ProblemTypes.TooLong, "The conversation or the body is too long.", 413, exception.Message),
        NotJsonException => Create(ProblemTypes.UnsupportedMediaType, "The body is not JSON.", 415, exception.Message),
        VersionRefusedException => Create(ProblemTypes.VersionRefused, "The policy version was refused.", 422, exception.Message),
        BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout } => OfStatus(StatusCodes.Status408RequestTimeout),
        TooManyStreamsException full => Transient(ProblemTypes.TooManyStreams, "Too many streams are open.", 503, full),
        GenerationOverloadedException busy => Transient(ProblemTypes.Overloaded, "Too many requests are waiting.", 429, busy),
        TransientException failed => Transient(ProblemTypes.PolicyUnavailable, "Generation failed.", 503, failed),
        _ => null,
    };

    /// <summary>A problem without an exception, such as an unknown address.</summary>
    public static PolicyProblem OfStatus(int status) => status switch
    {
        401 => Create(ProblemTypes.Unauthorized, "A key is required.", 401, "Send a bearer key that this server knows."),
        403 => Create(ProblemTypes.ForeignPage, "Cross-origin request refused.", 403, "A web page of another origin cannot change anything here without a key."),
        404 => Create(ProblemTypes.NotFound, "No such address.", 404, "The models are listed at v1/models."),
        405 => Create(ProblemTypes.MethodNotAllowed, "Method not allowed.", 405, "docs/policy-server.md has the addresses and their methods."),
        408 => Create(ProblemTypes.BodyTimeout, "The body did not arrive in time.", 408, "Send the whole body at once."),
        < 500 => Create(ProblemTypes.InvalidRequest, "The request is not valid.", status, "The request was rejected before it was read."),
        _ => Create(ProblemTypes.Internal, "Internal server error.", status, "The log has the details."),
    };

    public static Task WriteAsync(HttpContext context, PolicyProblem problem)
    {
        context.Response.StatusCode = problem.Status;
        if (problem.RetryAfterSeconds is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        return WireBody.WriteAsync(context.Response, problem, PolicyJson.Default.PolicyProblem, "application/problem+json");
    }

    private static PolicyProblem Transient(string type, string title, int status, TransientException failure) =>
        Create(type, title, status, failure.Message) with { RetryAfterSeconds = Math.Max(1, (int)Math.Ceiling(failure.RetryAfter.TotalSeconds)) };

    private static PolicyProblem Create(string type, string title, int status, string detail) => new()
    {
        Type = type,
        Title = title,
        Status = status,
        Detail = detail,
        Error = new OpenAIError
        {
            Message = detail,
            Type = status < 500 ? InvalidRequestError : ServerError,
            Code = type[(type.LastIndexOf(':') + 1)..],
        },
    };
}
