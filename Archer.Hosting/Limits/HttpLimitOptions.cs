using System.ComponentModel.DataAnnotations;

namespace Archer.Hosting.Limits;

/// <summary>How much a server takes on, beyond what an honest client asks for. Section <c>Archer:Http</c>, of the silo and of a policy server of its own.</summary>
public sealed class HttpLimitOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Archer:Http";

    /// <summary>Open connections; further ones are closed at once. Default: 10,000.</summary>
    [Range(1, 1_000_000)]
    public int MaxConnections { get; set; } = 10_000;

    /// <summary>Answers that stream events at the same time; further ones get 503 with Retry-After. Default: 1,000.</summary>
    [Range(1, 1_000_000)]
    public int MaxStreams { get; set; } = 1_000;

    /// <summary>
    /// Longest time in which a body must have arrived; after that the request gets 408 and its connection ends. Default: 30 seconds. A body of unknown length
    /// counts as one of 262,144 bytes. Over HTTP/2, ASP.NET Core's own rate applies: 240 bytes a second.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:02", "01:00:00")]
    public TimeSpan BodyTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
