using System.Text;
using Archer.Tasks.TwentyQuestions;

namespace Archer.Tasks.Tests.TwentyQuestions;

public sealed class TwentyQuestionsTableTests
{
    private static readonly TwentyQuestionsTable Table = TwentyQuestionsTable.TenWords;

    [Fact]
    public void TenWords_Items_AreThoseOfThePaper() => Assert.Equal(
        ["football", "dog", "banana", "truck", "pants", "computer", "piano", "chair", "pen", "scissors"], Table.Items.Select(item => item.Name));

    [Fact]
    public void TenWords_Attributes_AreAtLeast24AndAllDifferent()
    {
        Assert.True(Table.Attributes.Count >= 24);
        Assert.Equal(Table.Attributes.Count, Table.Attributes.Select(attribute => attribute.YesMask).Distinct().Count());
        Assert.All(Table.Attributes, attribute => Assert.InRange(attribute.YesMask, 1u, Table.AllItems - 1));
    }

    [Fact]
    public void TenWords_Templates_AreThreeToTrainOnAndOneHeldOut()
    {
        Assert.All(Table.Attributes, attribute => Assert.True(attribute.Templates.Count(template => !template.HeldOut) >= 3));
        Assert.All(Table.Attributes, attribute => Assert.Contains(attribute.Templates, template => template.HeldOut));
        Assert.Contains(Table.GuessTemplates, template => template.HeldOut);
    }

    [Fact]
    public void TenWords_TruthOfPiano_IsAsWritten()
    {
        var piano = Enumerable.Range(0, Table.Items.Count).Single(item => Table.Items[item].Name == "piano");
        string[] expected = ["instrument", "man_made", "heavy", "wood", "legs", "loud", "keys", "expensive", "fun", "fingers", "sitting"];
        Assert.Equal(expected, Table.Attributes.Where(attribute => attribute.Holds(piano)).Select(attribute => attribute.Name));
    }

    [Fact]
    public void TenWords_QuestionableCells_AreListed()
    {
        var wheels = Table.Attributes.Single(attribute => attribute.Name == "wheels");
        Assert.Equal("office chairs roll", wheels.Questionable["chair"]);
        Assert.Equal(39, Table.Attributes.Sum(attribute => attribute.Questionable.Count));
    }

    [Fact]
    public void Parse_ContradictoryTable_ListsEveryProblem()
    {
        const string json = """
            { "name": "broken", "items": [{ "name": "dog", "phrase": "a dog" }, { "name": "cat", "phrase": "a cat" }],
              "guess_templates": ["Is it?"], "held_out_guess_templates": [],
              "attributes": [{ "name": "barks", "yes": ["wolf"], "templates": ["Does it bark?"], "held_out": ["does it  BARK"] },
                             { "name": "purrs", "yes": ["cat"], "templates": [], "held_out": [] }] }
            """;
        var error = Assert.Throws<InvalidDataException>(() => TwentyQuestionsTable.Parse(new MemoryStream(Encoding.UTF8.GetBytes(json))));
        Assert.Equal(
            "The table 'broken' has 5 problem(s): The guess template 'Is it?' lacks {item}. The attribute 'barks' names the unknown item 'wolf'. "
            + "The attribute 'purrs' has no template to train on. 'does it  BARK' of 'barks' is already a sentence of 'barks'. "
            + "'Is it?' of 'cat' is already a sentence of 'dog'.",
            error.Message);
    }
}
