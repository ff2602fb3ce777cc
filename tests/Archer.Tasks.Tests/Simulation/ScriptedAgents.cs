using Archer.Tasks.TwentyQuestions;
using Archer.Testing.Http;

namespace Archer.Tasks.Tests.Simulation;

/// <summary>Agents for <see cref="FakeSilo"/> that play by rule, from the user's words alone.</summary>
internal static class ScriptedAgents
{
    private static readonly TwentyQuestionsTable Table = TwentyQuestionsTable.TenWords;
    private static readonly TwentyQuestionsSolver Solver = new(Table);

    /// <summary>Names one item after the other.</summary>
    public static string Enumerating(FakeConversation conversation) => Table.Guess(conversation.Replies.Count % Table.Items.Count, 0);

    /// <summary>Never says anything that is understood.</summary>
    public static string Mute(FakeConversation conversation) => "Hm.";

    /// <summary>Plays best.</summary>
    public static string Best(FakeConversation conversation)
    {
        var set = Table.AllItems;
        for (var turn = 0; turn < conversation.Replies.Count; turn++)
        {
            var meaning = TwentyQuestionsAnswerer.TenWords.Understand(conversation.Replies[turn].Text);
            var yes = meaning.Kind == MeaningKind.Guess ? 1u << meaning.Subject : Table.Attributes[meaning.Subject].YesMask;
            set &= conversation.Messages[turn + 1].Text == "Yes." ? yes : ~yes;
        }
        var move = Solver.BestMove(set);
        return move.Kind == MeaningKind.Guess ? Table.Guess(move.Subject, 0) : Table.Question(move.Subject, 0);
    }
}
