namespace Archer.Tasks.TwentyQuestions;

/// <summary>Everything that is wrong with a table, one sentence each.</summary>
internal static class TableValidation
{
    public static List<string> Problems(TableDocument table)
    {
        var problems = new List<string>();
        if (table.Items.Count is < 2 or > TwentyQuestionsTable.MaxItems)
        {
            problems.Add($"It has {table.Items.Count} items, expected 2 to {TwentyQuestionsTable.MaxItems}.");
        }

        var names = table.Items.Select(item => item.Name).ToHashSet(StringComparer.Ordinal);
        if (names.Count != table.Items.Count)
        {
            problems.Add("Two items have the same name.");
        }

        foreach (var template in table.GuessTemplates.Concat(table.HeldOutGuessTemplates).Where(text => !text.Contains("{item}")))
        {
            problems.Add($"The guess template '{template}' lacks {{item}}.");
        }

        foreach (var attribute in table.Attributes)
        {
            Check(attribute, names, problems);
        }

        CheckSentences(table, problems);
        return problems;
    }

    private static void Check(TableDocument.AttributeDocument attribute, HashSet<string> items, List<string> problems)
    {
        foreach (var name in attribute.Yes.Union((attribute.Questionable ?? []).Keys).Where(name => !items.Contains(name)))
        {
            problems.Add($"The attribute '{attribute.Name}' names the unknown item '{name}'.");
        }

        if (attribute.Templates.Count == 0)
        {
            problems.Add($"The attribute '{attribute.Name}' has no template to train on.");
        }
    }

    private static void CheckSentences(TableDocument table, List<string> problems)
    {
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (text, owner) in Sentences(table))
        {
            var key = NormalizedSentence.Normalize(text);
            if (key.Length == 0)
            {
                problems.Add($"A sentence of '{owner}' has no words.");
            }
            else if (!owners.TryAdd(key, owner))
            {
                problems.Add($"'{text}' of '{owner}' is already a sentence of '{owners[key]}'.");
            }
        }
    }

    private static IEnumerable<(string Text, string Owner)> Sentences(TableDocument table)
    {
        foreach (var attribute in table.Attributes)
        {
            foreach (var text in attribute.Templates.Concat(attribute.HeldOut))
            {
                yield return (text, attribute.Name);
            }
        }
        foreach (var template in table.GuessTemplates.Concat(table.HeldOutGuessTemplates))
        {
            foreach (var item in table.Items)
            {
                yield return (template.Replace("{item}", item.Phrase), item.Name);
            }
        }
    }
}
