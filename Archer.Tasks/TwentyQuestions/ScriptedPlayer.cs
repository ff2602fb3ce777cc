using System.Numerics;
using Archer.Client.Randomness;

namespace Archer.Tasks.TwentyQuestions;

/// <summary>
/// A player of Twenty Questions that speaks well and plays badly: the conversations that the base policy is cloned from. Held-out paraphrases do not occur.
/// </summary>
internal sealed class ScriptedPlayer
{
    private readonly TwentyQuestionsAnswerer _answerer;
    private readonly ScriptedPlayerOptions _options;
    private readonly string[][] _questions;
    private readonly string[] _guesses;

    /// <summary>A player on a table.</summary>
    public ScriptedPlayer(TwentyQuestionsAnswerer answerer, ScriptedPlayerOptions options)
    {
        _answerer = answerer;
        _options = options;
        _questions = [.. answerer.Table.Attributes.Select(attribute => Trained(attribute.Templates))];
        _guesses = Trained(answerer.Table.GuessTemplates);
    }

    /// <summary>All games, each from a seed of its own.</summary>
    public IEnumerable<Demonstration> Play()
    {
        for (var game = 0; game < _options.Games; game++)
        {
            yield return PlayGame(SplitMix64.Derive(_options.Seed, (ulong)game));
        }
    }

    private Demonstration PlayGame(ulong seed)
    {
        var random = new SplitMix64(seed);
        var game = TwentyQuestionsGame.WithHidden(_answerer, random.NextInt(_answerer.Table.Items.Count));
        var guessing = DrawGuessing(ref random);
        var candidates = _answerer.Table.AllItems;
        List<DemonstrationMessage> messages = [new(false, AnswerText.Opening)];
        while (!game.Terminated)
        {
            var garbled = random.NextDouble() < _options.GarbledShare;
            var utterance = garbled ? Garble(ref random) : Speak(guessing, candidates, ref random);
            var step = game.Hear(utterance);
            candidates = Narrow(candidates, step);
            game = step.Game;
            messages.Add(new(true, utterance, !garbled));
            messages.Add(new(false, AnswerText.Of(step.Answer)));
        }
        return new Demonstration(messages, _answerer.Table.Items[game.HiddenItem].Name);
    }

    private double DrawGuessing(ref SplitMix64 random)
    {
        var place = random.NextDouble() * _options.Styles.Sum(style => style.Share);
        var chosen = _options.Styles[^1];
        foreach (var style in _options.Styles)
        {
            place -= style.Share;
            if (place > 0)
            {
                continue;
            }

            chosen = style;
            break;
        }
        return chosen.MinGuessing + (chosen.MaxGuessing - chosen.MinGuessing) * random.NextDouble();
    }

    private string Speak(double guessing, uint candidates, ref SplitMix64 random)
    {
        if (random.NextDouble() < guessing)
        {
            return Guess(Draw(candidates, ref random), ref random);
        }

        var paraphrases = _questions[random.NextInt(_questions.Length)];
        return paraphrases[random.NextInt(paraphrases.Length)];
    }

    private string Guess(int item, ref SplitMix64 random) =>
        _guesses[random.NextInt(_guesses.Length)].Replace("{item}", _answerer.Table.Items[item].Phrase, StringComparison.Ordinal);

    /// <summary>A sentence with words lost, doubled, in disorder or cut off, which the table does not understand.</summary>
    private string Garble(ref SplitMix64 random)
    {
        while (true)
        {
            var sentence = Speak(0.3, _answerer.Table.AllItems, ref random);
            List<string> words = [.. sentence.TrimEnd('?').Split(' ')];
            Disturb(words, ref random);
            var garbled = string.Join(' ', words) + (random.NextDouble() < 0.7 ? "?" : "");
            if (_answerer.Understand(garbled).Kind == MeaningKind.Invalid)
            {
                return garbled;
            }
        }
    }

    private static void Disturb(List<string> words, ref SplitMix64 random)
    {
        var place = random.NextInt(words.Count);
        switch (random.NextInt(4))
        {
            case 0:
                words.RemoveAt(place);
                break;
            case 1:
                words.Insert(place, words[place]);
                break;
            case 2:
                Shuffle(words, ref random);
                break;
            default:
                words.RemoveRange(Math.Max(1, place), words.Count - Math.Max(1, place));
                break;
        }
    }

    private static void Shuffle(List<string> words, ref SplitMix64 random)
    {
        for (var i = words.Count - 1; i > 0; i--)
        {
            var other = random.NextInt(i + 1);
            (words[i], words[other]) = (words[other], words[i]);
        }
    }

    private uint Narrow(uint candidates, GameStep step) => step.Meaning.Kind switch
    {
        MeaningKind.Guess when step.Answer == Answer.No => candidates & ~(1u << step.Meaning.Subject),
        MeaningKind.Question => candidates
            & (step.Answer == Answer.Yes ? _answerer.Table.Attributes[step.Meaning.Subject].YesMask : ~_answerer.Table.Attributes[step.Meaning.Subject].YesMask),
        _ => candidates,
    };

    private static int Draw(uint candidates, ref SplitMix64 random)
    {
        var skipped = random.NextInt(BitOperations.PopCount(candidates));
        for (; skipped > 0; skipped--)
        {
            candidates &= candidates - 1;
        }

        return BitOperations.TrailingZeroCount(candidates);
    }

    private static string[] Trained(IReadOnlyList<QuestionTemplate> templates) => [.. templates.Where(template => !template.HeldOut).Select(template => template.Text)];
}
