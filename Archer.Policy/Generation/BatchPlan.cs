using System.Runtime.InteropServices;

namespace Archer.Policy.Generation;

/// <summary>The rows of one forward pass: first the sequences that read one token, then as much of the longer ones, oldest first, as fits.</summary>
internal sealed class BatchPlan(int maxRows)
{
    private readonly List<BatchRow> _rows = [];
    private readonly List<Sequence> _outputs = [];

    public ReadOnlySpan<BatchRow> Rows => CollectionsMarshal.AsSpan(_rows);

    /// <summary>Whose output stands at which place.</summary>
    public ReadOnlySpan<Sequence> Outputs => CollectionsMarshal.AsSpan(_outputs);

    /// <summary>Plans what the decoder reads, and marks it as read.</summary>
    public void FillForDecoder(IReadOnlyList<Sequence> sequences) =>
        Fill(sequences, static s => s.DecoderRemaining, static s => s.DecoderPosition, static (s, count) => s.AdvanceDecoder(count));

    /// <summary>Plans what the critic reads, and marks it as read.</summary>
    public void FillForCritic(IReadOnlyList<Sequence> sequences) =>
        Fill(sequences, static s => s.CriticRemaining, static s => s.CriticPosition, static (s, count) => s.AdvanceCritic(count));

    private void Fill(
        IReadOnlyList<Sequence> sequences, Func<Sequence, int> remaining, Func<Sequence, int> position, Action<Sequence, int> advance)
    {
        _rows.Clear();
        _outputs.Clear();
        for (var pass = 0; pass < 2; pass++)
        {
            foreach (var sequence in sequences)
            {
                var left = remaining(sequence);
                var count = Math.Min(left, maxRows - _rows.Count);
                if (count > 0 && (left == 1) == (pass == 0))
                {
                    Add(sequence, position(sequence), count, count == left);
                    advance(sequence, count);
                }
            }
        }
    }

    private void Add(Sequence sequence, int position, int count, bool output)
    {
        for (var i = 0; i < count; i++)
        {
            _rows.Add(new BatchRow(sequence.TokenAt(position + i), sequence.Slot!.Index, position + i, output && i == count - 1));
        }

        if (output)
        {
            _outputs.Add(sequence);
        }
    }
}
