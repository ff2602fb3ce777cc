namespace Archer.Policy.Serving.Role;

/// <summary>Settings of the policy server as a process of its own; in a silo's process the silo's settings hold. Section <c>Archer:Policy</c>.</summary>
internal sealed class PolicyProcessOptions
{
    /// <summary>Bearer keys, at least 16 characters each. Without one the server listens on loopback only and requires none.</summary>
    public IList<string> Keys { get; } = [];

    /// <summary>
    /// Address of a silo, such as http://127.0.0.1:5080, which is asked which version an unqualified model name means. Default: none, and the newest usable
    /// version is meant.
    /// </summary>
    public Uri? Silo { get; set; }

    /// <summary>Bearer key for that silo. Default: none.</summary>
    public string? SiloKey { get; set; }
}
