using Archer.Client.Randomness;

namespace Archer.Tasks.TwentyQuestions;

/// <summary>
/// One game as an immutable state: reward −1 for every question and 0 for the winning one, at most 20 questions, so the return is in
/// [−20, 0]. The same seed and the same utterances give the same game.
/// </summary>
public sealed record TwentyQuestionsGame
{
    /// <summary>Questions after which a game ends unwon.</summary>
    public const int MaxTurns = 20;

    /// <summary>Largest answer noise: beyond it the table's answers carry too little to play by.</summary>
    public const double MaxNoise = 0.07;

    private readonly TwentyQuestionsAnswerer _answerer;
    private readonly ulong _noiseSeed;

    private TwentyQuestionsGame(TwentyQuestionsAnswerer answerer, int hiddenItem, double noise, ulong noiseSeed)
    {
        _answerer = answerer;
        HiddenItem = hiddenItem;
        Noise = noise;
        _noiseSeed = noiseSeed;
    }

    /// <summary>Index of the item to be found.</summary>
    public int HiddenItem { get; }

    /// <summary>Probability that the answer to an attribute question is the wrong one; guesses are always answered truly.</summary>
    public double Noise { get; }

    /// <summary>Questions asked so far.</summary>
    public int Turns { get; private init; }

    /// <summary>The hidden item was guessed.</summary>
    public bool Won { get; private init; }

    /// <summary>The game is over: won, or 20 questions asked. The episode ends as terminated in both cases.</summary>
    public bool Terminated => Won || Turns == MaxTurns;

    /// <summary>Sum of the rewards so far.</summary>
    public double Return => Won ? 1 - Turns : -Turns;

    /// <summary>A new game whose hidden item and answer noise are drawn from <paramref name="seed"/>.</summary>
    /// <param name="answerer">Whose table is played.</param>
    /// <param name="seed">Any value.</param>
    /// <param name="noise">Share of wrong answers to attribute questions, 0 to 0.07; default 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The noise is out of range.</exception>
    public static TwentyQuestionsGame Start(TwentyQuestionsAnswerer answerer, ulong seed, double noise = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(noise, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(noise, MaxNoise);
        var random = new SplitMix64(seed);
        var hiddenItem = random.NextInt(answerer.Table.Items.Count);
        return new TwentyQuestionsGame(answerer, hiddenItem, noise, random.Next());
    }

    /// <summary>A new game with a chosen hidden item and true answers.</summary>
    public static TwentyQuestionsGame WithHidden(TwentyQuestionsAnswerer answerer, int hiddenItem)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(hiddenItem);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(hiddenItem, answerer.Table.Items.Count);
        return new TwentyQuestionsGame(answerer, hiddenItem, 0, 0);
    }

    /// <summary>Answers the agent's next utterance.</summary>
    /// <exception cref="InvalidOperationException">The game is over.</exception>
    public GameStep Hear(ReadOnlySpan<char> utterance)
    {
        if (Terminated)
        {
            throw new InvalidOperationException($"The game ended after {Turns} turn(s) ({(Won ? "won" : "not won")}): start a new one.");
        }

        var meaning = _answerer.Understand(utterance);
        var answer = _answerer.Answer(meaning, HiddenItem);
        var won = meaning.Kind == MeaningKind.Guess && answer == Answer.Yes;
        if (meaning.Kind == MeaningKind.Question && Flips())
        {
            answer = answer == Answer.Yes ? Answer.No : Answer.Yes;
        }

        return new GameStep
        {
            Game = this with { Turns = Turns + 1, Won = won },
            Meaning = meaning,
            Answer = answer,
            Reward = won ? 0 : -1,
        };
    }

    private bool Flips() => Noise > 0 && new SplitMix64(SplitMix64.Derive(_noiseSeed, (ulong)Turns)).NextDouble() < Noise;
}
