using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Archer.Policy.Serving.Wire;

/// <summary>An error: a problem document (RFC 9457) that also has OpenAI's <c>error</c> member, so that their clients show the message.</summary>
public sealed record PolicyProblem
{
    /// <summary>One of <see cref="Client.ProblemTypes"/>.</summary>
    public required string Type { get; init; }

    /// <summary>The type in words.</summary>
    public required string Title { get; init; }

    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>This occurrence in words.</summary>
    public required string Detail { get; init; }

    /// <summary>Everything that is wrong with the request; only with status 400.</summary>
    public ImmutableArray<string>? Problems { get; init; }

    /// <summary>Seconds after which to try again, as the Retry-After header; only with 429 and 503.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>The same for clients of OpenAI's API.</summary>
    public required OpenAIError Error { get; init; }
}

/// <summary>OpenAI's error object.</summary>
public sealed record OpenAIError
{
    /// <summary>What happened.</summary>
    public required string Message { get; init; }

    /// <summary>OpenAI's kind of error, such as <c>invalid_request_error</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Always null: the message names the field.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? Param { get; init; }

    /// <summary>Last part of the problem's type, such as <c>model-not-found</c>.</summary>
    public required string Code { get; init; }
}

/// <summary>What a stream ends with when it fails after it began.</summary>
public sealed record StreamError
{
    /// <summary>What happened.</summary>
    public required OpenAIError Error { get; init; }
}
