using System.Net;
using System.Text.Json;
using Archer.Client;
using Archer.Grains.Policies.Wire;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Archer.Grains.Policies;

/// <summary>What a failure of the policy server means to a conversation.</summary>
internal static class PolicyFailures
{
    /// <summary>The exception for an answer that is no success.</summary>
    public static async Task<Exception> ReadAsync(HttpResponseMessage response, PolicyClientOptions options, CancellationToken cancellationToken)
    {
        var problem = await ReadProblemAsync(response, cancellationToken).ConfigureAwait(false);
        var detail = problem?.Detail ?? $"The policy server answered {(int)response.StatusCode}.";
        return response.StatusCode switch
        {
            >= HttpStatusCode.InternalServerError => new PolicyAttemptException(detail),
            HttpStatusCode.BadRequest => new InvalidRequestException(problem?.Problems is { IsDefaultOrEmpty: false } problems ? problems : [detail]),
            HttpStatusCode.RequestEntityTooLarge => new ObservationTooLongException(detail),
            HttpStatusCode.NotFound or HttpStatusCode.UnprocessableEntity =>
                new VersionRefusedException(detail) { IsMissing = response.StatusCode == HttpStatusCode.NotFound },
            _ => new PolicyUnavailableException(detail, response.Headers.RetryAfter?.Delta ?? options.RetryAfter),
        };
    }

    /// <summary>What a caller gets for what came out of the pipeline; null lets it pass as it is.</summary>
    public static ArcherException? Translate(
        Exception exception, string what, PolicyClientOptions options, CancellationToken cancellationToken)
    {
        if (exception is FormatException)
        {
            return new PolicyMismatchException($"{what} gave an answer that cannot be used: {exception.Message}.", exception);
        }

        var reason = exception switch
        {
            PolicyAttemptException => $"failed after {options.Retries + 1} attempts: {exception.Message}",
            TimeoutRejectedException => $"took longer than {options.AttemptTimeout.TotalSeconds} s.",
            BrokenCircuitException => "was not tried: the policy server has failed too often just now.",
            PolicyBusyException => $"was not tried: {exception.Message}",
            JsonException => $"gave an answer that cannot be used: {exception.Message}.",
            OperationCanceledException when !cancellationToken.IsCancellationRequested => "was given up.",
            _ => null,
        };
        return reason is null ? null : new PolicyUnavailableException($"{what} {reason}", options.RetryAfter, exception);
    }

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
