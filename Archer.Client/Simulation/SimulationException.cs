namespace Archer.Client.Simulation;

/// <summary>A simulation cannot go on as it was asked to.</summary>
public sealed class SimulationException(string message) : ArcherException(message);
