using System.Collections.Immutable;

namespace Archer.Client.Http;

/// <summary>An error answer, media type <c>application/problem+json</c> (RFC 9457).</summary>
public sealed record ProblemDocument
{
    /// <summary>One of <see cref="ProblemTypes"/>.</summary>
    public required string Type { get; init; }

    /// <summary>The type in words, the same for every occurrence.</summary>
    public required string Title { get; init; }

    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>This occurrence in words.</summary>
    public string? Detail { get; init; }

    /// <summary>Everything that is wrong with the request; only with <see cref="ProblemTypes.InvalidRequest"/>.</summary>
    public ImmutableArray<string>? Problems { get; init; }

    /// <summary>Seconds after which to try again, as the Retry-After header; only with 429 and 503.</summary>
    public int? RetryAfterSeconds { get; init; }
}
