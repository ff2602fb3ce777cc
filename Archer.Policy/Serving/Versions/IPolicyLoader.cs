using Archer.Client;

namespace Archer.Policy.Serving.Versions;

/// <summary>Where versions come from.</summary>
internal interface IPolicyLoader
{
    /// <summary>Names of an agent's versions, newest first; empty when there is no such agent.</summary>
    IReadOnlyList<string> Versions(string agent);

    /// <summary>Names of all agents that have a version.</summary>
    IReadOnlyList<string> Agents();

    /// <summary>Reads and verifies a version. Runs on a pool thread, never on the engine's.</summary>
    /// <exception cref="ModelNotFoundException">There is no such version.</exception>
    /// <exception cref="VersionRefusedException">It is damaged.</exception>
    ResidentPolicy Load(string agent, string version);
}
