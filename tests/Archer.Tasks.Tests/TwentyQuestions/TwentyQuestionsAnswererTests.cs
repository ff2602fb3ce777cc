using Archer.Tasks.TwentyQuestions;
using Archer.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace Archer.Tasks.Tests.TwentyQuestions;

public sealed class TwentyQuestionsAnswererTests
{
    private static readonly TwentyQuestionsAnswerer Answerer = TwentyQuestionsAnswerer.TenWords;
    private static readonly TwentyQuestionsTable Table = Answerer.Table;

    [Fact]
    public void Understand_EveryTemplateOfEveryAttribute_IsThatAttributeAndNoOther()
    {
        for (var attribute = 0; attribute < Table.Attributes.Count; attribute++)
        {
            for (var template = 0; template < Table.Attributes[attribute].Templates.Count; template++)
            {
                var heldOut = Table.Attributes[attribute].Templates[template].HeldOut;
                Assert.Equal(new Meaning(MeaningKind.Question, attribute, template, heldOut), Answerer.Understand(Table.Question(attribute, template)));
            }
        }
    }

    [Fact]
    public void Understand_EveryGuessOfEveryItem_IsThatItem()
    {
        for (var item = 0; item < Table.Items.Count; item++)
        {
            for (var template = 0; template < Table.GuessTemplates.Count; template++)
            {
                var heldOut = Table.GuessTemplates[template].HeldOut;
                Assert.Equal(new Meaning(MeaningKind.Guess, item, template, heldOut), Answerer.Understand(Table.Guess(item, template)));
            }
        }
    }

    [Theory]
    [InlineData("is it a dog", "dog")]
    [InlineData("  IS it,\n a DOG!! ", "dog")]
    [InlineData("Is it the dog?", "dog")]
    [InlineData("Is it dog?", "dog")]
    [InlineData("Is it an dog?", "dog")]
    [InlineData("Could it be a pair of scissors?", "scissors")]
    [InlineData("Are you thinking of a pants?", "pants")]
    public void Understand_LooselyWrittenGuess_IsTheItem(string utterance, string item)
    {
        var meaning = Answerer.Understand(utterance);
        Assert.Equal(MeaningKind.Guess, meaning.Kind);
        Assert.Equal(item, Table.Items[meaning.Subject].Name);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?")]
    [InlineData("Is it?")]
    [InlineData("Is it a cat?")]
    [InlineData("Is it a dog or a banana?")]
    [InlineData("Is it bigger than a dog?")]
    [InlineData("Is it a hotdog?")]
    [InlineData("Is it a dogs?")]
    [InlineData("Is it a dog dog?")]
    [InlineData("dog")]
    [InlineData("Is it made of")]
    [InlineData("Is it a \ud83d\udc36?")]
    [InlineData("\ud83d")]
    public void Understand_WhatTheTableCannotAnswer_IsInvalid(string utterance)
    {
        Assert.Equal(Meaning.Invalid, Answerer.Understand(utterance));
        Assert.Equal(Answer.Invalid, Answerer.Answer(Answerer.Understand(utterance), 1));
    }

    [Fact]
    public void Understand_AnyText_NeverThrows() =>
        Prop.ForAll<string?>(text => Enum.IsDefined(Answerer.Understand(text).Kind)).QuickCheckThrowOnFailure();

    [Fact]
    public void Understand_AnyTextAroundAGuess_IsThatGuessOnlyIfItAddsNoWord() =>
        Prop.ForAll<NonNull<string>>(noise =>
        {
            var words = noise.Get.Any(char.IsLetterOrDigit);
            return Answerer.Understand($"{noise.Get} Is it a dog? {noise.Get}").Kind == (words ? MeaningKind.Invalid : MeaningKind.Guess);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Answer_EveryQuestionAboutEveryItem_IsTheTables()
    {
        for (var item = 0; item < Table.Items.Count; item++)
        {
            for (var attribute = 0; attribute < Table.Attributes.Count; attribute++)
            {
                var expected = Table.Attributes[attribute].Holds(item) ? Answer.Yes : Answer.No;
                Assert.Equal(expected, Answerer.Answer(Answerer.Understand(Table.Question(attribute, 0)), item));
            }
        }
    }

    [Theory]
    [InlineData("Is it made of wood?", "chair", Answer.Yes)]
    [InlineData("Is it made of wood?", "dog", Answer.No)]
    [InlineData("Can people eat it?", "banana", Answer.Yes)]
    [InlineData("Is it a chair?", "chair", Answer.Yes)]
    [InlineData("Is it a chair?", "dog", Answer.No)]
    public void Answer_KnownFacts_AreRight(string question, string item, Answer expected)
    {
        var index = Table.Items.ToList().FindIndex(candidate => candidate.Name == item);
        Assert.Equal(expected, Answerer.Answer(Answerer.Understand(question), index));
    }

    [Fact]
    public void Understand_SteadyState_AllocatesNothing()
    {
        Answerer.Understand("Is it made of wood?");
        Assert.Equal(0, Allocations.OfEachRound(() =>
        {
            for (var i = 0; i < 1000; i++)
            {
                Answerer.Understand("Is it made of wood?");
            }
        }));
    }
}
