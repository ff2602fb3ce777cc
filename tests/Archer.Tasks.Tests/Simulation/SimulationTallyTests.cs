using Archer.Tasks.Simulation;
using Archer.Tasks.TwentyQuestions;

namespace Archer.Tasks.Tests.Simulation;

public sealed class SimulationTallyTests
{
    [Fact]
    public void Summarize_FourGames_GivesMeanIntervalAndShares()
    {
        var tally = new SimulationTally("twenty-questions");
        tally.Add(Game(-2, won: true, new UtteranceCounts { Questions = 2, Guesses = 1, ConsistentGuesses = 1 }, "v2"));
        tally.Add(Game(-4, won: true, new UtteranceCounts { Questions = 1, RepeatedQuestions = 1, Guesses = 3, RepeatedGuesses = 2 }, "v1"));
        tally.Add(Game(-6, won: true, new UtteranceCounts { Guesses = 4, ConsistentGuesses = 1, Invalid = 3 }, "v2"));
        tally.Add(Game(-20, won: false, new UtteranceCounts { Questions = 19, HeldOut = 3, Invalid = 1 }, "v3"));
        tally.AddFailure();
        tally.AddSkipped();
        var summary = tally.Summarize(TimeSpan.FromSeconds(2));

        Assert.Equal((4L, 1L, 1L), (summary.Episodes, summary.Failed, summary.Skipped));
        Assert.Equal(-8, summary.MeanReturn, 12);
        // Deviations 6, 4, 2 and -12: variance 200/3, standard error sqrt(200/12).
        Assert.Equal(1.96 * Math.Sqrt(200.0 / 12), summary.ConfidenceHalfWidth, 12);
        Assert.Equal(0.75, summary.WinShare);
        Assert.Equal((5.5, 0.25, 2.0, 0.5), (summary.Measures["questions_per_game"], summary.Measures["repeated_questions_per_game"], summary.Measures["guesses_per_game"], summary.Measures["repeated_guesses_per_game"]));
        Assert.Equal(2.0 / 8, summary.Measures["guess_consistency"]);
        Assert.Equal(4.0 / 34, summary.Measures["invalid_share"]);
        Assert.Equal(3.0 / 30, summary.Measures["held_out_share"]);
        Assert.Equal((34L, 2.0, 17.0), (summary.Turns, summary.Seconds, summary.TurnsPerSecond));
        Assert.Equal(["v1", "v2", "v3"], summary.PolicyVersions.ToArray());
    }

    [Fact]
    public void Summarize_NoGames_IsZeroThroughout()
    {
        var summary = new SimulationTally("twenty-questions").Summarize(TimeSpan.Zero);
        Assert.Equal((0L, 0.0, 0.0, 0.0, 0.0), (summary.Episodes, summary.MeanReturn, summary.ConfidenceHalfWidth, summary.Measures["guess_consistency"], summary.TurnsPerSecond));
    }

    private static EpisodeOutcome Game(double score, bool won, UtteranceCounts counts, string version) => new()
    {
        Episode = 0,
        Conversation = "c",
        Hidden = "dog",
        Won = won,
        Return = score,
        Turns = [.. Enumerable.Repeat(new PlayedTurn("", version, null, ""), (int)counts.Utterances)],
        Counts = counts.ToArray(),
    };
}
