namespace Archer.Client;

/// <summary>
/// The policy server answers, but not as this platform needs it: another wire, a key that it refuses, no token ids. The same request fails again until somebody
/// changes a setting or the server; nothing changed. 502, or 501 where the server lacks a capability.
/// </summary>
[GenerateSerializer, Alias("archer.policy-mismatch")]
public sealed class PolicyMismatchException(string message, Exception? inner = null) : ArcherException(message, inner)
{
    /// <summary>The server lacks something that the platform needs, as opposed to doing it in another way.</summary>
    [Id(0)]
    public bool IsUnsupported { get; init; }
}
