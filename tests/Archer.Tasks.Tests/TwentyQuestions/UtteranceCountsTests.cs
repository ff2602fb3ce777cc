using Archer.Tasks.TwentyQuestions;

namespace Archer.Tasks.Tests.TwentyQuestions;

public sealed class UtteranceCountsTests
{
    [Fact]
    public void Of_OneGameOfEveryKindOfUtterance_CountsEach()
    {
        var counts = Counts(
            hidden: "chair",
            "Is it mostly wood?",           // yes: piano or chair
            "Is it made of wood?",          // the same attribute in other words
            "Is it a dog?",                 // ruled out, so not consistent
            "Could the answer be a piano?", // consistent; words held out
            "Is it a piano?",               // repeated, ruled out by now
            "Is wood it?",                  // not understood
            "Is it a chair?");
        Assert.Equal(
            new UtteranceCounts
            {
                Questions = 2,
                RepeatedQuestions = 1,
                Guesses = 4,
                RepeatedGuesses = 1,
                ConsistentGuesses = 2,
                Invalid = 1,
                HeldOut = 1,
            },
            counts);
        Assert.Equal(7, counts.Utterances);
    }

    [Fact]
    public void Of_EnumeratingEveryItem_IsConsistentThroughout()
    {
        var table = TwentyQuestionsTable.TenWords;
        var counts = Counts("scissors", [.. Enumerable.Range(0, table.Items.Count).Select(item => table.Guess(item, 0))]);
        Assert.Equal(new UtteranceCounts { Guesses = 10, ConsistentGuesses = 10 }, counts);
    }

    private static UtteranceCounts Counts(string hidden, params string[] utterances)
    {
        var answerer = TwentyQuestionsAnswerer.TenWords;
        var item = answerer.Table.Items.ToList().FindIndex(candidate => candidate.Name == hidden);
        return UtteranceCounts.Of(answerer.Table, utterances.Select(text =>
        {
            var meaning = answerer.Understand(text);
            return (meaning, answerer.Answer(meaning, item));
        }));
    }
}
