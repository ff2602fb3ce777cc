using Archer.Client;

namespace Archer.Policy.Serving.Versions;

/// <summary>The policy server has no such agent or version. 404.</summary>
public sealed class ModelNotFoundException(string message) : ArcherException(message);
