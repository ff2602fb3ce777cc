using System.Collections.Immutable;

namespace Archer.Tasks.TwentyQuestions;

/// <summary>Table-answered Twenty Questions with ten words (the subset of ArCHer, arXiv 2402.19446).</summary>
internal sealed class TwentyQuestionsTask : ITask
{
    private static readonly TwentyQuestionsAnswerer Answerer = TwentyQuestionsAnswerer.TenWords;

    private readonly Lazy<TwentyQuestionsSolver> _solver = new(() => new TwentyQuestionsSolver(Answerer.Table));

    public string Name => "twenty-questions";

    public string Opening => AnswerText.Opening;

    public int MaxTurns => TwentyQuestionsGame.MaxTurns;

    public double MaxNoise => TwentyQuestionsGame.MaxNoise;

    public ImmutableArray<TaskLevel> Levels =>
    [
        new TaskLevel(_solver.Value.Best, "best possible", "best"),
        new TaskLevel(_solver.Value.EnumeratingGuesses, "naming one word after the other", "word by word"),
    ];

    public string Reference => FormattableString.Invariant(
        $"best {_solver.Value.Best:0.00}, enumerating {_solver.Value.EnumeratingGuesses:0.00}, uniformly random {_solver.Value.UniformRandom:0.00}, never winning {-MaxTurns}.00");

    public ImmutableArray<string> UtteranceKinds { get; } = ["questions", "guesses", "not understood"];

    public string? PageModule { get; } = TaskResources.ReadText("TwentyQuestions/page.js");

    public int KindOf(string utterance) => Answerer.Understand(utterance).Kind switch
    {
        MeaningKind.Question => 0,
        MeaningKind.Guess => 1,
        _ => 2,
    };

    public ITaskEpisode Start(ulong seed, double noise) => new TwentyQuestionsEpisode(TwentyQuestionsGame.Start(Answerer, seed, noise), Answerer.Table);

    public IReadOnlyDictionary<string, double> Measure(ImmutableArray<long> counts, long episodes) =>
        (counts.IsEmpty ? default : UtteranceCounts.FromArray(counts)).Measure(episodes);

    public IEnumerable<(string Title, FormattableString Text)> Describe(ImmutableArray<long> counts, long episodes)
    {
        var measures = Measure(counts, episodes);
        return
        [
            ("questions", $"{measures["questions_per_game"]:0.00} a game, {measures["repeated_questions_per_game"]:0.00} repeated"),
            ("guesses", $"{measures["guesses_per_game"]:0.00} a game, {measures["repeated_guesses_per_game"]:0.00} repeated, {100 * measures["guess_consistency"]:0.0} % consistent with the answers"),
            ("invalid", $"{100 * measures["invalid_share"]:0.0} % of utterances"),
            ("held-out words", $"{100 * measures["held_out_share"]:0.0} % of understood utterances"),
        ];
    }

    public IEnumerable<Demonstration> Demonstrate(int episodes, ulong seed) =>
        new ScriptedPlayer(Answerer, new ScriptedPlayerOptions { Games = episodes, Seed = seed }).Play();
}

/// <summary>A game with what was said in it.</summary>
internal sealed class TwentyQuestionsEpisode(TwentyQuestionsGame game, TwentyQuestionsTable table) : ITaskEpisode
{
    private readonly List<(Meaning Meaning, Answer Answer)> _turns = [];
    private TwentyQuestionsGame _game = game;

    public bool IsTerminated => _game.Terminated;

    public bool IsWon => _game.Won;

    public double Return => _game.Return;

    public string Hidden => table.Items[_game.HiddenItem].Name;

    public ImmutableArray<long> Counts => UtteranceCounts.Of(table, _turns).ToArray();

    public TaskReply Hear(string utterance)
    {
        var step = _game.Hear(utterance);
        _game = step.Game;
        _turns.Add((step.Meaning, step.Answer));
        return new TaskReply(AnswerText.Of(step.Answer), (float)step.Reward);
    }
}
