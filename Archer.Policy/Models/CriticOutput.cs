using Archer.Policy.Tensors;

namespace Archer.Policy.Models;

/// <summary>What the critic says of packed episodes.</summary>
/// <param name="V1">First value head at the observations: [observations, 1].</param>
/// <param name="V2">Second value head at the observations: [observations, 1].</param>
/// <param name="Q1">First action-value head at the utterances: [utterances, 1].</param>
/// <param name="Q2">Second action-value head at the utterances: [utterances, 1].</param>
public sealed record CriticOutput(Tensor V1, Tensor V2, Tensor Q1, Tensor Q2);
