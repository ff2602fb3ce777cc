using Archer.Tasks.TwentyQuestions;

namespace Archer.Tasks.Tests.TwentyQuestions;

public sealed class ScriptedPlayerTests
{
    private static readonly TwentyQuestionsAnswerer Answerer = TwentyQuestionsAnswerer.TenWords;
    private static readonly Demonstration[] Games = [.. new ScriptedPlayer(Answerer, new ScriptedPlayerOptions { Games = 400, Seed = 9 }).Play()];

    [Fact]
    public void SameSeed_GivesTheSameGames()
    {
        Demonstration[] again = [.. new ScriptedPlayer(Answerer, new ScriptedPlayerOptions { Games = 400, Seed = 9 }).Play()];

        Assert.Equal(Games.SelectMany(game => game.Messages), again.SelectMany(game => game.Messages));
    }

    [Fact]
    public void Guesses_FitAllAnswersSoFar()
    {
        foreach (var game in Games)
        {
            var candidates = Answerer.Table.AllItems;
            foreach ((var meaning, var yes) in Replies(game))
            {
                if (meaning.Kind == MeaningKind.Guess)
                {
                    Assert.True((candidates >> meaning.Subject & 1) != 0);
                    candidates &= ~(1u << meaning.Subject);
                }
                else if (meaning.Kind == MeaningKind.Question)
                {
                    var mask = Answerer.Table.Attributes[meaning.Subject].YesMask;
                    candidates &= yes ? mask : ~mask;
                }
            }
        }
    }

    [Fact]
    public void HeldOutParaphrases_NeverOccur() =>
        Assert.DoesNotContain(Games.SelectMany(Replies), reply => reply.Meaning.HeldOut);

    [Fact]
    public void GarbledTurns_AreInvalidAndNotImitated()
    {
        DemonstrationMessage[] utterances = [.. Games.SelectMany(game => game.Messages).Where(message => message.IsAgent)];

        Assert.All(utterances, utterance => Assert.Equal(utterance.Imitate, Answerer.Understand(utterance.Text).Kind != MeaningKind.Invalid));
        Assert.InRange(utterances.Count(utterance => !utterance.Imitate) / (double)utterances.Length, 0.03, 0.07);
    }

    [Fact]
    public void Player_PlaysBadly()
    {
        var mean = Games.Average(game => game.Messages[^1].Text == "Yes." && Answerer.Understand(game.Messages[^2].Text).Kind == MeaningKind.Guess
            ? 1 - game.Messages.Count / 2
            : -20.0);

        Assert.InRange(mean, -11, -8);
    }

    private static IEnumerable<(Meaning Meaning, bool Yes)> Replies(Demonstration game)
    {
        for (var i = 1; i + 1 < game.Messages.Count; i += 2)
        {
            yield return (Answerer.Understand(game.Messages[i].Text), game.Messages[i + 1].Text == "Yes.");
        }
    }
}
