using System.Text.Json;

namespace Archer.Tasks.TwentyQuestions;

/// <summary>Items, attributes, the truth of every attribute for every item, and all sentences that the answerer understands.</summary>
public sealed class TwentyQuestionsTable
{
    /// <summary>Most items a table can have: attribute values are the bits of one mask, and the solver visits every subset.</summary>
    public const int MaxItems = 20;

    private static readonly Lazy<TwentyQuestionsTable> TenWordsTable = new(() => Load("ten-words.json"));

    private TwentyQuestionsTable(TableDocument document)
    {
        Name = document.Name;
        Items = document.Items;
        GuessTemplates = Join(document.GuessTemplates, document.HeldOutGuessTemplates);
        Attributes = [.. document.Attributes.Select(Attribute)];
    }

    /// <summary>The ten-word subset of ArCHer (arXiv 2402.19446): football, dog, banana, truck, pants, computer, piano, chair, pen, scissors.</summary>
    public static TwentyQuestionsTable TenWords => TenWordsTable.Value;

    /// <summary>The table's name, such as <c>ten-words</c>.</summary>
    public string Name { get; }

    /// <summary>The words that can be hidden, each equally likely.</summary>
    public IReadOnlyList<TableItem> Items { get; }

    /// <summary>The attributes that can be asked for.</summary>
    public IReadOnlyList<TableAttribute> Attributes { get; }

    /// <summary>The ways to name an item; <c>{item}</c> stands for its phrase.</summary>
    public IReadOnlyList<QuestionTemplate> GuessTemplates { get; }

    /// <summary>The mask with one bit for every item.</summary>
    public uint AllItems => (uint)((1UL << Items.Count) - 1);

    /// <summary>Reads a table from JSON (the form of <c>ten-words.json</c>).</summary>
    /// <exception cref="InvalidDataException">The table contradicts itself; the message lists every problem.</exception>
    /// <exception cref="JsonException">The text is not JSON of that form.</exception>
    public static TwentyQuestionsTable Parse(Stream json)
    {
        var document = JsonSerializer.Deserialize(json, TableJson.Default.TableDocument)
            ?? throw new InvalidDataException("The table is the JSON value null.");
        var problems = TableValidation.Problems(document);
        if (problems.Count != 0)
        {
            throw new InvalidDataException($"The table '{document.Name}' has {problems.Count} problem(s): {string.Join(" ", problems)}");
        }

        return new TwentyQuestionsTable(document);
    }

    /// <summary>The sentence that asks for <paramref name="attribute"/> with paraphrase <paramref name="template"/>.</summary>
    public string Question(int attribute, int template) => Attributes[attribute].Templates[template].Text;

    /// <summary>The sentence that guesses <paramref name="item"/> with paraphrase <paramref name="template"/>.</summary>
    public string Guess(int item, int template) => GuessTemplates[template].Text.Replace("{item}", Items[item].Phrase);

    private static TwentyQuestionsTable Load(string file)
    {
        using var stream = TaskResources.Open($"TwentyQuestions/{file}");
        return Parse(stream);
    }

    private TableAttribute Attribute(TableDocument.AttributeDocument attribute) => new()
    {
        Name = attribute.Name,
        YesMask = attribute.Yes.Aggregate(0u, (mask, name) => mask | 1u << IndexOf(name)),
        Templates = Join(attribute.Templates, attribute.HeldOut),
        Questionable = attribute.Questionable ?? [],
    };

    private int IndexOf(string name)
    {
        for (var i = 0; i < Items.Count; i++)
        {
            if (Items[i].Name == name)
            {
                return i;
            }
        }
        throw new InvalidOperationException($"'{name}' is not an item of the table '{Name}'.");
    }

    private static QuestionTemplate[] Join(List<string> trained, List<string> heldOut) =>
        [.. trained.Select(text => new QuestionTemplate(text, false)), .. heldOut.Select(text => new QuestionTemplate(text, true))];
}
