using System.Text.Json;

namespace Archer.Trainer.Episodes;

/// <summary>Why nothing is learned from a conversation. It still counts as consumed.</summary>
public enum EpisodeDefect
{
    /// <summary>A log-probability is NaN, infinite or greater than 0.</summary>
    LogProbability,

    /// <summary>An utterance has another number of log-probabilities than of token ids.</summary>
    LogProbabilityCount,

    /// <summary>An utterance has no token.</summary>
    EmptyUtterance,

    /// <summary>The first turn has no prompt token: there is no observation to read a value at.</summary>
    NoPrompt,

    /// <summary>A reward is NaN or infinite.</summary>
    Reward,

    /// <summary>A token id is negative or beyond the model's vocabulary.</summary>
    TokenId,

    /// <summary>It has more tokens than the model has positions.</summary>
    TooLong,

    /// <summary>A turn's number is negative. Only the row is dropped.</summary>
    TurnNumber,

    /// <summary>The row cannot be read from the store: its bytes are not those that were written. Only the row is dropped.</summary>
    DamagedRow,

    /// <summary>Two iterations failed on it.</summary>
    Quarantined,
}

/// <summary>Names of the defects in metrics and logs.</summary>
internal static class EpisodeDefects
{
    public static string Name(this EpisodeDefect defect) => JsonNamingPolicy.SnakeCaseLower.ConvertName(defect.ToString());
}
