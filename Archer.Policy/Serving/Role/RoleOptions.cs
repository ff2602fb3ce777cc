namespace Archer.Policy.Serving.Role;

/// <summary>What concerns the policy server only as a process of its own; in a silo's process the silo's settings hold. Section <c>Archer:Policy</c>.</summary>
internal sealed class RoleOptions
{
    /// <summary>Bearer keys, at least 16 characters each. Without one the server listens on loopback only and asks for none.</summary>
    public IList<string> Keys { get; } = [];
}
