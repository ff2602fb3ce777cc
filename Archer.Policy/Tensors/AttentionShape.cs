namespace Archer.Policy.Tensors;

/// <summary>Heads of an attention layer and its rotary embedding.</summary>
/// <param name="Heads">H: query heads.</param>
/// <param name="KeyValueHeads">Key and value heads, a divisor of H.</param>
/// <param name="HeadSize">D, even.</param>
/// <param name="RopeTheta">Base of the rotary angles.</param>
/// <param name="MaxPositions">Positions that may occur.</param>
public sealed record AttentionShape(int Heads, int KeyValueHeads, int HeadSize, double RopeTheta, int MaxPositions);
