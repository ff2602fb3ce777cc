namespace Archer.Tasks.TwentyQuestions;

/// <summary>What one utterance of the agent led to.</summary>
public sealed record GameStep
{
    /// <summary>The game after the utterance.</summary>
    public required TwentyQuestionsGame Game { get; init; }

    /// <summary>What the utterance was understood as.</summary>
    public required Meaning Meaning { get; init; }

    /// <summary>The user's answer, answer noise included.</summary>
    public required Answer Answer { get; init; }

    /// <summary>−1, or 0 when the utterance won.</summary>
    public required double Reward { get; init; }
}
