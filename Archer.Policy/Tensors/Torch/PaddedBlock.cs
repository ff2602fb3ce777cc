using TorchSharp;

namespace Archer.Policy.Tensors.Torch;

/// <summary>Sequences S of a packed batch as one rectangle [S, L], left-aligned: positions after a sequence's end are padding.</summary>
/// <param name="Sequences">S.</param>
/// <param name="Length">L: tokens of the longest of them.</param>
/// <param name="Rows">Packed row of each position [S · L]; padding points to row 0.</param>
/// <param name="Future">Positions that a query must not see [L, L].</param>
internal sealed record PaddedBlock(int Sequences, int Length, torch.Tensor Rows, torch.Tensor Future);
