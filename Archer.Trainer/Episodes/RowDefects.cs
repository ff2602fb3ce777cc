using Archer.Replay;

namespace Archer.Trainer.Episodes;

/// <summary>What is impossible about a conversation's rows, whatever the model; pure.</summary>
internal static class RowDefects
{
    /// <summary>The first defect; null when there is none.</summary>
    /// <param name="rows">All rows of a conversation, in turn order.</param>
    public static EpisodeDefect? Find(IReadOnlyList<ReplayRow> rows)
    {
        if (rows[0].PromptTokenIds.IsDefaultOrEmpty)
        {
            return EpisodeDefect.NoPrompt;
        }

        foreach (var row in rows)
        {
            if (Find(row) is { } defect)
            {
                return defect;
            }
        }

        return null;
    }

    private static EpisodeDefect? Find(ReplayRow row)
    {
        var utterance = row.Utterance;
        if (utterance.TokenIds.IsDefaultOrEmpty)
        {
            return EpisodeDefect.EmptyUtterance;
        }

        if (utterance.LogProbabilities.IsDefault || utterance.LogProbabilities.Length != utterance.TokenIds.Length)
        {
            return EpisodeDefect.LogProbabilityCount;
        }

        if (!utterance.LogProbabilities.All(value => float.IsFinite(value) && value <= 0))
        {
            return EpisodeDefect.LogProbability;
        }

        return float.IsFinite(row.Reward) ? null : EpisodeDefect.Reward;
    }
}
