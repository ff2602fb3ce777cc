using Archer.Policy.Tensors;

namespace Archer.Trainer.Sft;

/// <summary>Conversations laid end to end, with the rows whose predictions count.</summary>
internal sealed class SftBatch
{
    private readonly List<int> _rows = [];
    private readonly List<int> _targets = [];
    private readonly List<float> _weights = [];
    private readonly List<int> _labelRows = [];
    private readonly List<int> _labels = [];

    public SftBatch(IReadOnlyList<SftSequence> sequences, float userWeight)
    {
        Tokens = new PackedTokens([.. sequences.Select(sequence => sequence.TokenIds)]);
        for (var s = 0; s < sequences.Count; s++)
        {
            Place(sequences[s], Tokens.Starts[s], userWeight);
        }

        var total = _weights.Sum();
        Rows = [.. _rows];
        Targets = [.. _targets];
        Weights = [.. _weights.Select(weight => weight / total)];
        LabelRows = [.. _labelRows];
        Labels = [.. _labels];
    }

    public PackedTokens Tokens { get; }

    /// <summary>Rows that predict a token: [n].</summary>
    public int[] Rows { get; }

    /// <summary>The tokens that they predict: [n].</summary>
    public int[] Targets { get; }

    /// <summary>Weights of the predictions; they sum to 1. Shape [n].</summary>
    public float[] Weights { get; }

    /// <summary>Rows at which the label is predicted: [m].</summary>
    public int[] LabelRows { get; }

    /// <summary>Classes of the labels: [m].</summary>
    public int[] Labels { get; }

    private void Place(SftSequence sequence, int start, float userWeight)
    {
        for (var t = 1; t < sequence.TokenIds.Length; t++)
        {
            var weight = sequence.Speakers[t] switch { > 0 => 1f, < 0 => userWeight, _ => 0f };
            if (weight == 0)
            {
                continue;
            }

            _rows.Add(start + t - 1);
            _targets.Add(sequence.TokenIds[t]);
            _weights.Add(weight);
        }
        if (sequence.Label < 0)
        {
            return;
        }

        foreach (var end in sequence.ObservationEnds)
        {
            _labelRows.Add(start + end);
            _labels.Add(sequence.Label);
        }
    }
}
