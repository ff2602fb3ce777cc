namespace Archer.Policy.Generation;

/// <summary>One token of one sequence in a forward pass; <paramref name="Output"/> asks for what the network says after it.</summary>
internal readonly record struct BatchRow(int Token, int Slot, int Position, bool Output);
