namespace Archer.Tasks.TwentyQuestions;

/// <summary>The words of the user's messages.</summary>
public static class AnswerText
{
    /// <summary>The message that opens every game; the agent's first question replies to it.</summary>
    public const string Opening = "Let's play.";

    /// <summary>The message that carries <paramref name="answer"/>.</summary>
    public static string Of(Answer answer) => answer switch
    {
        Answer.Yes => "Yes.",
        Answer.No => "No.",
        _ => "Invalid question.",
    };
}
