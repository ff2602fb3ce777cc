using System.Net;
using System.Text.Json;
using Archer.Client;
using Archer.Grains.Policies.Wire;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Archer.Grains.Policies;

/// <summary>What a failure of the policy server means to a conversation: it passes, the request is at fault, or the server does not fit.</summary>
internal static class PolicyFailures
{
    /// <summary>The exception for an answer that is not a success. What only Archer's server says is believed only with its problem type.</summary>
    public static async Task<Exception> ReadAsync(HttpResponseMessage response, PolicyClientOptions options, CancellationToken cancellationToken)
    {
        var problem = await ReadProblemAsync(response, cancellationToken).ConfigureAwait(false);
        var detail = problem?.Detail ?? problem?.Error?.Message ?? "no reason is given";
        return (response.StatusCode, problem?.Type) switch
        {
            (HttpStatusCode.NotImplemented, _) => Mismatch(response, detail, isUnsupported: true),
            ( >= HttpStatusCode.InternalServerError, _) => new PolicyAttemptException(detail),
            (HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout, _) =>
                new PolicyUnavailableException(detail, response.Headers.RetryAfter?.Delta ?? options.RetryAfter),
            (HttpStatusCode.RequestEntityTooLarge, _) => new ObservationTooLongException(detail),
            (HttpStatusCode.BadRequest, ProblemTypes.InvalidRequest) =>
                new InvalidRequestException(problem.Problems is { IsDefaultOrEmpty: false } problems ? problems : [detail]),
            (HttpStatusCode.NotFound, ProblemTypes.ModelNotFound) => new VersionRefusedException(detail) { IsMissing = true },
            (HttpStatusCode.UnprocessableEntity, ProblemTypes.VersionRefused) => new VersionRefusedException(detail),
            (HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed, _) => Mismatch(response, detail, isUnsupported: problem?.Error is null),
            _ => Mismatch(response, detail, isUnsupported: false),
        };
    }

    /// <summary>What a caller gets for what came out of the pipeline; null lets it pass as it is.</summary>
    public static ArcherException? Translate(Exception exception, string what, PolicyClientOptions options, CancellationToken cancellationToken)
    {
        if (exception is PolicyMismatchException refused)
        {
            return new PolicyMismatchException($"{what} was refused: {refused.Message}", refused) { IsUnsupported = refused.IsUnsupported };
        }

        if (exception is WireMismatchException or JsonException)
        {
            return new PolicyMismatchException($"{what} gave an answer that cannot be used: {exception.Message}.", exception)
            {
                IsUnsupported = exception is WireMismatchException { IsUnsupported: true },
            };
        }

        var reason = exception switch
        {
            PolicyAttemptException => $"failed after {options.Retries + 1} attempts: {exception.Message}",
            TimeoutRejectedException => $"took longer than {options.AttemptTimeout.TotalSeconds} s.",
            BrokenCircuitException => "was not attempted: the policy server has failed too often.",
            PolicyBusyException => $"was not attempted: {exception.Message}",
            OperationCanceledException when !cancellationToken.IsCancellationRequested => "was cancelled.",
            _ => null,
        };
        return reason is null ? null : new PolicyUnavailableException($"{what} {reason}", options.RetryAfter, exception);
    }

    private static PolicyMismatchException Mismatch(HttpResponseMessage response, string detail, bool isUnsupported) =>
        new($"{response.RequestMessage?.Method} {response.RequestMessage?.RequestUri?.AbsolutePath} was answered with {(int)response.StatusCode}: {detail}")
        {
            IsUnsupported = isUnsupported,
        };

    private static async Task<PolicyProblem?> ReadProblemAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            return await JsonSerializer.DeserializeAsync(body, ChatWire.Default.PolicyProblem, cancellationToken).ConfigureAwait(false);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
