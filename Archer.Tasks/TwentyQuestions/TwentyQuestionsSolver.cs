using System.Numerics;

namespace Archer.Tasks.TwentyQuestions;

/// <summary>
/// Exact expected returns of ways to play a table, by dynamic programming over the sets of items that are consistent with all answers
/// (true answers, every item equally likely). With at most 20 items the limit of 20 turns binds no way of play that narrows its set every turn.
/// </summary>
public sealed class TwentyQuestionsSolver
{
    private readonly uint[] _yes;
    private readonly uint _all;
    // Sums, over the items of a set, of the unrewarded turns before the win under best play; and the move that reaches it.
    private readonly int[] _cost;
    private readonly Move[] _best;

    /// <summary>Solves <paramref name="table"/>: O(2^items × (items + attributes)).</summary>
    public TwentyQuestionsSolver(TwentyQuestionsTable table)
        : this([.. table.Attributes.Select(attribute => attribute.YesMask)], table.Items.Count)
    {
    }

    internal TwentyQuestionsSolver(uint[] yes, int items)
    {
        _yes = yes;
        _all = (uint)((1UL << items) - 1);
        _cost = new int[_all + 1];
        _best = new Move[_all + 1];
        // Subsets are smaller numbers than the set, so ascending order meets them first.
        for (var set = 1u; set <= _all; set++)
        {
            Solve(set);
        }
    }

    /// <summary>The best expected return of any player: the ceiling.</summary>
    public double Best => -(double)_cost[_all] / BitOperations.PopCount(_all);

    /// <summary>The player that asks, or guesses, whatever tells most bits; guesses first among equals.</summary>
    public double EntropyGreedy => Value(EntropyGreedyMove);

    /// <summary>The player that never asks and names one item after the other.</summary>
    public double EnumeratingGuesses => Value(set => new Move(MeaningKind.Guess, BitOperations.TrailingZeroCount(set)));

    /// <summary>The player that draws uniformly among the questions that still tell something, and guesses when none is left.</summary>
    public double RandomQuestionsThenGuess => -RandomQuestions(_all, []);

    /// <summary>The player that draws every turn uniformly among all questions and all guesses, and forgets the answers.</summary>
    public double UniformRandom
    {
        get
        {
            var miss = 1 - 1.0 / (_yes.Length + BitOperations.PopCount(_all));
            return -Enumerable.Range(1, TwentyQuestionsGame.MaxTurns).Sum(turn => Math.Pow(miss, turn));
        }
    }

    /// <summary>The best next move when exactly the items of <paramref name="consistent"/> are possible.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The set is empty or names an unknown item.</exception>
    public Move BestMove(uint consistent) => _best[Checked(consistent)];

    /// <summary>The next move of <see cref="EntropyGreedy"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The set is empty or names an unknown item.</exception>
    public Move EntropyGreedyMove(uint consistent)
    {
        var count = BitOperations.PopCount(Checked(consistent));
        var best = new Move(MeaningKind.Guess, BitOperations.TrailingZeroCount(consistent));
        var bits = Entropy(1, count);
        for (var i = 0; i < _yes.Length; i++)
        {
            var told = Entropy(BitOperations.PopCount(consistent & _yes[i]), count);
            if (told > bits + 1e-12)
            {
                (best, bits) = (new Move(MeaningKind.Question, i), told);
            }
        }
        return best;
    }

    /// <summary>The exact expected return of the player that makes move <paramref name="choose"/>(consistent set).</summary>
    /// <exception cref="InvalidOperationException">The player makes a move that tells nothing, so it would never end.</exception>
    public double Value(Func<uint, Move> choose) => -(double)Cost(_all, choose) / BitOperations.PopCount(_all);

    private int Cost(uint set, Func<uint, Move> choose)
    {
        var count = BitOperations.PopCount(set);
        if (count == 0)
        {
            return 0;
        }

        var move = choose(set);
        var yes = set & Mask(move);
        if (move.Kind == MeaningKind.Guess && yes != 0)
        {
            return count - 1 + Cost(set & ~yes, choose);
        }

        if (yes == 0 || yes == set)
        {
            throw new InvalidOperationException($"The move {move} tells nothing about the items {set:B}.");
        }

        return count + Cost(yes, choose) + Cost(set & ~yes, choose);
    }

    private void Solve(uint set)
    {
        var count = BitOperations.PopCount(set);
        var best = int.MaxValue;
        for (var rest = set; rest != 0; rest &= rest - 1)
        {
            var item = BitOperations.TrailingZeroCount(rest);
            Keep(set, new Move(MeaningKind.Guess, item), count - 1 + _cost[set & ~(1u << item)], ref best);
        }
        for (var i = 0; i < _yes.Length; i++)
        {
            var yes = set & _yes[i];
            if (yes != 0 && yes != set)
            {
                Keep(set, new Move(MeaningKind.Question, i), count + _cost[yes] + _cost[set & ~yes], ref best);
            }
        }
    }

    private void Keep(uint set, Move move, int cost, ref int best)
    {
        if (cost < best)
        {
            (best, _cost[set], _best[set]) = (cost, cost, move);
        }
    }

    // Mean turns before the win.
    private double RandomQuestions(uint set, Dictionary<uint, double> known)
    {
        var count = BitOperations.PopCount(set);
        if (count == 1)
        {
            return 0;
        }

        if (known.TryGetValue(set, out var mean))
        {
            return mean;
        }

        var splits = _yes.Select(yes => set & yes).Where(yes => yes != 0 && yes != set).ToArray();
        mean = splits.Length == 0
            ? (count - 1) / 2.0
            : 1 + splits.Average(yes => BitOperations.PopCount(yes) * RandomQuestions(yes, known)
                + BitOperations.PopCount(set & ~yes) * RandomQuestions(set & ~yes, known)) / count;
        return known[set] = mean;
    }

    private uint Mask(Move move) => move.Kind == MeaningKind.Guess ? 1u << move.Subject : _yes[move.Subject];

    private uint Checked(uint set) =>
        set != 0 && set <= _all ? set : throw new ArgumentOutOfRangeException(nameof(set), set, "Expected a non-empty set of the table's items.");

    private static double Entropy(int part, int whole)
    {
        var p = (double)part / whole;
        return part == 0 || part == whole ? 0 : -(p * Math.Log2(p) + (1 - p) * Math.Log2(1 - p));
    }
}
