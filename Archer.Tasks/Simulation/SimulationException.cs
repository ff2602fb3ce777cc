using Archer.Client;

namespace Archer.Tasks.Simulation;

/// <summary>A simulation cannot go on as it was asked to.</summary>
public sealed class SimulationException(string message) : ArcherException(message);
