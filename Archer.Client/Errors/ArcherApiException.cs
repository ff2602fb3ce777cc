using System.Collections.Immutable;
using System.Net;

namespace Archer.Client;

/// <summary>The silo refused a request, or failed at it.</summary>
public sealed class ArcherApiException(string message, HttpStatusCode status, string problemType) : ArcherException(message)
{
    /// <summary>The HTTP status.</summary>
    public HttpStatusCode Status { get; } = status;

    /// <summary>One of <see cref="ProblemTypes"/>; empty when the answer was no problem document.</summary>
    public string ProblemType { get; } = problemType;

    /// <summary>Everything that is wrong with the request; empty unless the type is <see cref="ProblemTypes.InvalidRequest"/>.</summary>
    public ImmutableArray<string> Problems { get; init; } = [];

    /// <summary>How long the silo asks to wait before another attempt; null when it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
