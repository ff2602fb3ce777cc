using Archer.Client.Randomness;
using Archer.Tasks.TwentyQuestions;
using FsCheck;
using FsCheck.Fluent;

namespace Archer.Tasks.Tests.TwentyQuestions;

public sealed class TwentyQuestionsSolverTests
{
    private static readonly TwentyQuestionsAnswerer Answerer = TwentyQuestionsAnswerer.TenWords;
    private static readonly TwentyQuestionsSolver Solver = new(Answerer.Table);

    [Fact]
    public void Best_TenWords_IsTheCeilingOfAnyTableOfTen() => Assert.Equal(-2.8, Solver.Best, 12);

    [Fact]
    public void EnumeratingGuesses_TenWords_IsMinusFourAndAHalf() => Assert.Equal(-4.5, Solver.EnumeratingGuesses, 12);

    [Fact]
    public void OtherPlayers_TenWords_LieBelowTheCeiling()
    {
        Assert.Equal(-2.8, Solver.EntropyGreedy, 12);
        Assert.Equal(-3.8713, Solver.RandomQuestionsThenGuess, 4);
        Assert.Equal(-15.08, Solver.UniformRandom, 2);
    }

    [Fact]
    public void Best_AnySmallTable_IsWhatTryingEveryMoveFinds() =>
        Prop.ForAll(SmallTables(), table => Assert.Equal(-BruteForce(table, Everything(table)), new TwentyQuestionsSolver(table.Yes, table.Items).Best, 12))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Best_AnySmallTable_IsReachedByItsMovesAndByNoOtherPlayer() =>
        Prop.ForAll(SmallTables(), table =>
        {
            var solver = new TwentyQuestionsSolver(table.Yes, table.Items);
            Assert.Equal(solver.Best, solver.Value(solver.BestMove), 12);
            Assert.All([solver.EntropyGreedy, solver.EnumeratingGuesses, solver.RandomQuestionsThenGuess], other => Assert.True(other <= solver.Best + 1e-12));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void BestMove_PlayedThroughTheGame_EarnsTheCeiling() => Assert.Equal(Solver.Best, MeanReturn(Solver.BestMove), 12);

    [Fact]
    public void EntropyGreedyMove_PlayedThroughTheGame_EarnsItsValue() => Assert.Equal(Solver.EntropyGreedy, MeanReturn(Solver.EntropyGreedyMove), 12);

    [Fact]
    public void UniformRandom_Simulated_Agrees()
    {
        const int games = 20_000;
        var random = new SplitMix64(5);
        var total = 0.0;
        for (var i = 0; i < games; i++)
        {
            var game = TwentyQuestionsGame.Start(Answerer, (ulong)i);
            while (!game.Terminated)
            {
                var move = random.NextInt(Answerer.Table.Attributes.Count + 10);
                game = game.Hear(move < 10 ? Answerer.Table.Guess(move, 0) : Answerer.Table.Question(move - 10, 0)).Game;
            }
            total += game.Return;
        }
        // The standard error is below 0.05.
        Assert.Equal(Solver.UniformRandom, total / games, 0.25);
    }

    [Fact]
    public void RandomQuestionsThenGuess_Simulated_Agrees()
    {
        var random = new SplitMix64(6);
        var mean = Enumerable.Range(0, 1_000).Average(_ => MeanReturn(set => RandomSplit(set, ref random)));
        Assert.Equal(Solver.RandomQuestionsThenGuess, mean, 0.05);
    }

    [Fact]
    public void Value_PlayerThatAsksInVain_Throws()
    {
        var error = Assert.Throws<InvalidOperationException>(() => new TwentyQuestionsSolver([0b01u], 2).Value(_ => new Move(MeaningKind.Question, 0)));
        Assert.Equal("The move Move { Kind = Question, Subject = 0 } tells nothing about the items 1.", error.Message);
    }

    private static Move RandomSplit(uint set, ref SplitMix64 random)
    {
        var splits = Enumerable.Range(0, Answerer.Table.Attributes.Count)
            .Where(i => (set & Answerer.Table.Attributes[i].YesMask) is var yes && yes != 0 && yes != set).ToArray();
        return splits.Length == 0
            ? new Move(MeaningKind.Guess, System.Numerics.BitOperations.TrailingZeroCount(set))
            : new Move(MeaningKind.Question, splits[random.NextInt(splits.Length)]);
    }

    // Plays all ten hidden items with sentences, keeping the consistent set from the answers alone.
    private static double MeanReturn(Func<uint, Move> choose)
    {
        var table = Answerer.Table;
        return Enumerable.Range(0, table.Items.Count).Average(hidden =>
        {
            var game = TwentyQuestionsGame.WithHidden(Answerer, hidden);
            var set = table.AllItems;
            while (!game.Terminated)
            {
                var move = choose(set);
                var yes = move.Kind == MeaningKind.Guess ? 1u << move.Subject : table.Attributes[move.Subject].YesMask;
                var step = game.Hear(move.Kind == MeaningKind.Guess ? table.Guess(move.Subject, 0) : table.Question(move.Subject, 0));
                set &= step.Answer == Answer.Yes ? yes : ~yes;
                game = step.Game;
            }
            return game.Return;
        });
    }

    // Every move on explicit lists of items, without memory and without sets as bits.
    private static double BruteForce(SmallTable table, int[] possible) => Sum(table, possible) / possible.Length;

    private static double Sum(SmallTable table, int[] possible)
    {
        if (possible.Length <= 1)
        {
            return 0;
        }

        var guesses = possible.Select(guess => possible.Length - 1 + Sum(table, [.. possible.Where(item => item != guess)]));
        var questions = table.Yes
            .Select(yes => possible.ToLookup(item => (yes >> item & 1) == 1))
            .Where(split => split.Count == 2)
            .Select(split => possible.Length + Sum(table, [.. split[true]]) + Sum(table, [.. split[false]]));
        return guesses.Concat(questions).Min();
    }

    private static int[] Everything(SmallTable table) => [.. Enumerable.Range(0, table.Items)];

    private static Arbitrary<SmallTable> SmallTables() => Arb.From(
        from items in Gen.Choose(2, 5)
        from yes in Gen.ListOf(Gen.Choose(0, (1 << items) - 1), 3)
        select new SmallTable(items, [.. yes.Select(mask => (uint)mask)]));

    private sealed record SmallTable(int Items, uint[] Yes);
}
