using TorchSharp;

namespace Archer.Policy.Tensors.Torch;

/// <summary>
/// Packed sequences as a few padded blocks, those of one length class (a power of two) together, so that less than half of a block is padding
/// in its length. Attention
/// needs no mask for padding: it stands after every real token, and the causal mask hides what comes after.
/// </summary>
internal sealed class PackedLayout
{
    public PackedLayout(PackedTokens tokens, torch.Device device)
    {
        var place = new long[tokens.Count];
        long offset = 0;
        var blocks = new List<PaddedBlock>();
        foreach (var sequences in Classes(tokens))
        {
            var length = sequences.Max(s => Length(tokens, s));
            var rows = new long[(long)sequences.Length * length];
            for (var i = 0; i < sequences.Length; i++)
            {
                var start = tokens.Starts[sequences[i]];
                for (var j = 0; j < Length(tokens, sequences[i]); j++)
                {
                    rows[(long)i * length + j] = start + j;
                    place[start + j] = offset + (long)i * length + j;
                }
            }
            var future = torch.ones(length, length, dtype: torch.ScalarType.Bool, device: device).triu(1);
            blocks.Add(new PaddedBlock(sequences.Length, length, torch.tensor(rows, device: device), future));
            offset += rows.Length;
        }
        Blocks = blocks;
        Place = torch.tensor(place, device: device);
    }

    public IReadOnlyList<PaddedBlock> Blocks { get; }

    /// <summary>Where each packed row is in the blocks laid end to end [T].</summary>
    public torch.Tensor Place { get; }

    private static IEnumerable<int[]> Classes(PackedTokens tokens) => Enumerable.Range(0, tokens.SequenceCount)
        .GroupBy(s => int.Log2(Length(tokens, s)))
        .OrderBy(g => g.Key)
        .Select(g => g.ToArray());

    private static int Length(PackedTokens tokens, int sequence) => tokens.Starts[sequence + 1] - tokens.Starts[sequence];
}
