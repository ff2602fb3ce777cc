namespace Archer.Tasks.TwentyQuestions;

/// <summary>What the simulated user says to a question.</summary>
public enum Answer
{
    /// <summary>The utterance is no question that the table knows.</summary>
    Invalid,

    /// <summary>The table says no.</summary>
    No,

    /// <summary>The table says yes.</summary>
    Yes,
}
