using System.Collections.Frozen;

namespace Archer.Tasks.TwentyQuestions;

/// <summary>
/// Understands an utterance and answers it from the table. A pure function: whole sentences are looked up, so a sentence that merely
/// contains an item ("Is it bigger than a dog?") or names two is invalid, and every guess names exactly one item in whole words.
/// </summary>
public sealed class TwentyQuestionsAnswerer
{
    private readonly FrozenDictionary<string, Meaning> _meanings;
    private readonly FrozenDictionary<string, Meaning>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly int _longest;

    /// <summary>An answerer for <paramref name="table"/>.</summary>
    public TwentyQuestionsAnswerer(TwentyQuestionsTable table)
    {
        Table = table;
        var meanings = new Dictionary<string, Meaning>(StringComparer.Ordinal);
        AddQuestions(meanings);
        AddGuesses(meanings);
        _meanings = meanings.ToFrozenDictionary(StringComparer.Ordinal);
        _lookup = _meanings.GetAlternateLookup<ReadOnlySpan<char>>();
        _longest = _meanings.Keys.Max(key => key.Length);
    }

    /// <summary>The answerer of the ten-word subset.</summary>
    public static TwentyQuestionsAnswerer TenWords { get; } = new(TwentyQuestionsTable.TenWords);

    /// <summary>The table that the answers come from.</summary>
    public TwentyQuestionsTable Table { get; }

    /// <summary>What <paramref name="utterance"/> means; case, punctuation and spacing do not matter. Never throws.</summary>
    public Meaning Understand(ReadOnlySpan<char> utterance)
    {
        Span<char> key = stackalloc char[_longest];
        return NormalizedSentence.TryNormalize(utterance, key, out var length) && _lookup.TryGetValue(key[..length], out var meaning)
            ? meaning
            : Meaning.Invalid;
    }

    /// <summary>The table's answer to <paramref name="meaning"/> when <paramref name="hiddenItem"/> is hidden.</summary>
    public Answer Answer(Meaning meaning, int hiddenItem) => meaning.Kind switch
    {
        MeaningKind.Question => Table.Attributes[meaning.Subject].Holds(hiddenItem) ? TwentyQuestions.Answer.Yes : TwentyQuestions.Answer.No,
        MeaningKind.Guess => meaning.Subject == hiddenItem ? TwentyQuestions.Answer.Yes : TwentyQuestions.Answer.No,
        _ => TwentyQuestions.Answer.Invalid,
    };

    private void AddQuestions(Dictionary<string, Meaning> meanings)
    {
        for (var attribute = 0; attribute < Table.Attributes.Count; attribute++)
        {
            var templates = Table.Attributes[attribute].Templates;
            for (var i = 0; i < templates.Count; i++)
            {
                meanings.Add(NormalizedSentence.Normalize(templates[i].Text), new Meaning(MeaningKind.Question, attribute, i, templates[i].HeldOut));
            }
        }
    }

    private void AddGuesses(Dictionary<string, Meaning> meanings)
    {
        for (var item = 0; item < Table.Items.Count; item++)
        {
            for (var i = 0; i < Table.GuessTemplates.Count; i++)
            {
                var template = Table.GuessTemplates[i];
                var meaning = new Meaning(MeaningKind.Guess, item, i, template.HeldOut);
                foreach (var phrase in Phrases(Table.Items[item]))
                {
                    meanings.TryAdd(NormalizedSentence.Normalize(template.Text.Replace("{item}", phrase)), meaning);
                }
            }
        }
    }

    // A wrong or missing article is still a guess: only the item's word counts.
    private static string[] Phrases(TableItem item) =>
        [item.Phrase, item.Name, $"a {item.Name}", $"an {item.Name}", $"the {item.Name}", $"a pair of {item.Name}"];
}
