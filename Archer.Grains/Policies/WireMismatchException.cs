namespace Archer.Grains.Policies;

/// <summary>A whole answer that is not of the wire: it will be the same next time.</summary>
/// <param name="message">What was expected, without the request's own data: it is logged once.</param>
internal sealed class WireMismatchException(string message) : Exception(message)
{
    /// <summary>The server leaves out what only some servers have.</summary>
    public bool IsUnsupported { get; init; }

    /// <summary>The server has no such member in its answers.</summary>
    public static WireMismatchException Lacks(string member) => new($"{member} is missing") { IsUnsupported = true };
}
