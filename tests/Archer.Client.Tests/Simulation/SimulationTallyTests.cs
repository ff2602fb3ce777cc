using Archer.Client.Simulation;

namespace Archer.Client.Tests.Simulation;

public sealed class SimulationTallyTests
{
    [Fact]
    public void Summarize_FourGames_GivesMeanIntervalAndShares()
    {
        var tally = new SimulationTally();
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
        Assert.Equal((5.5, 0.25, 2.0, 0.5), (summary.QuestionsPerGame, summary.RepeatedQuestionsPerGame, summary.GuessesPerGame, summary.RepeatedGuessesPerGame));
        Assert.Equal(2.0 / 8, summary.GuessConsistency);
        Assert.Equal(4.0 / 34, summary.InvalidShare);
        Assert.Equal(3.0 / 30, summary.HeldOutShare);
        Assert.Equal((34L, 2.0, 17.0), (summary.Turns, summary.Seconds, summary.TurnsPerSecond));
        Assert.Equal(["v1", "v2", "v3"], summary.PolicyVersions.ToArray());
    }

    [Fact]
    public void Summarize_NoGames_IsZeroThroughout()
    {
        var summary = new SimulationTally().Summarize(TimeSpan.Zero);
        Assert.Equal((0L, 0.0, 0.0, 0.0, 0.0), (summary.Episodes, summary.MeanReturn, summary.ConfidenceHalfWidth, summary.GuessConsistency, summary.TurnsPerSecond));
    }

    private static EpisodeOutcome Game(double score, bool won, UtteranceCounts counts, string version) => new()
    {
        Episode = 0,
        Conversation = "c",
        HiddenItem = 0,
        Won = won,
        Return = score,
        Turns = [new PlayedTurn("", version, null, default, default)],
        Counts = counts,
    };
}
