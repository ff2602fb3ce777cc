using Archer.Tasks.TwentyQuestions;

namespace Archer.Tasks.Tests.TwentyQuestions;

public sealed class TwentyQuestionsGameTests
{
    private static readonly TwentyQuestionsAnswerer Answerer = TwentyQuestionsAnswerer.TenWords;

    [Fact]
    public void Hear_QuestionsThenTheRightGuess_EndsWonWithOnePointPerEarlierTurn()
    {
        var game = TwentyQuestionsGame.WithHidden(Answerer, hiddenItem: 1);
        var question = game.Hear("Is it an animal?");
        Assert.Equal((Answer.Yes, -1.0, false), (question.Answer, question.Reward, question.Game.Terminated));
        var nonsense = question.Game.Hear("Is it is it?");
        Assert.Equal((Answer.Invalid, -1.0, false), (nonsense.Answer, nonsense.Reward, nonsense.Game.Terminated));
        var wrong = nonsense.Game.Hear("Is it a pen?");
        Assert.Equal((Answer.No, -1.0, false), (wrong.Answer, wrong.Reward, wrong.Game.Terminated));
        var right = wrong.Game.Hear("Is it a dog?");
        Assert.Equal((Answer.Yes, 0.0, true), (right.Answer, right.Reward, right.Game.Terminated));
        Assert.True(right.Game.Won);
        Assert.Equal((4, -3.0), (right.Game.Turns, right.Game.Return));
    }

    [Fact]
    public void Hear_RightGuessAsTheTwentiethQuestion_Wins()
    {
        var game = Play(TwentyQuestionsGame.WithHidden(Answerer, 1), "Is it a pen?", 19);
        Assert.False(game.Terminated);
        game = game.Hear("Is it a dog?").Game;
        Assert.Equal((true, true, -19.0), (game.Terminated, game.Won, game.Return));
    }

    [Fact]
    public void Hear_TwentyQuestionsWithoutTheItem_EndsLost()
    {
        var game = Play(TwentyQuestionsGame.WithHidden(Answerer, 1), "Is it a pen?", 20);
        Assert.Equal((true, false, -20.0), (game.Terminated, game.Won, game.Return));
        var error = Assert.Throws<InvalidOperationException>(() => game.Hear("Is it a dog?"));
        Assert.Equal("The game ended after 20 turn(s) (not won): start a new one.", error.Message);
    }

    [Fact]
    public void Hear_SameGameTwice_LeavesTheFirstAsItWas()
    {
        var game = TwentyQuestionsGame.WithHidden(Answerer, 1);
        game.Hear("Is it a dog?");
        Assert.Equal((0, false), (game.Turns, game.Terminated));
    }

    [Fact]
    public void Start_ManySeeds_HidesEveryItemEquallyOften()
    {
        var counts = new int[10];
        for (var seed = 0UL; seed < 20_000; seed++)
        {
            counts[TwentyQuestionsGame.Start(Answerer, seed).HiddenItem]++;
        }
        // Six standard deviations of a binomial(20,000, 0.1) are 255.
        Assert.All(counts, count => Assert.InRange(count, 1_745, 2_255));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.07)]
    public void Hear_AnswerNoise_FlipsThatShareOfAnswersAndIsSeeded(double noise)
    {
        const int games = 4_000;
        var wrong = 0;
        for (var seed = 0UL; seed < games; seed++)
        {
            var game = TwentyQuestionsGame.Start(Answerer, seed, noise);
            var first = Questions(game);
            Assert.Equal(first, Questions(TwentyQuestionsGame.Start(Answerer, seed, noise)));
            var truth = Answerer.Answer(Answerer.Understand("Is it easy to carry?"), game.HiddenItem);
            wrong += first.Count(answer => answer != truth);
        }
        // 80,000 answers: six standard deviations are 433.
        Assert.InRange(wrong, noise * games * 20 - 433 * Math.Sign(noise), noise * games * 20 + 433 * Math.Sign(noise));
    }

    [Fact]
    public void Hear_GuessUnderNoise_IsAnsweredTruly()
    {
        for (var seed = 0UL; seed < 2_000; seed++)
        {
            var game = TwentyQuestionsGame.Start(Answerer, seed, noise: 0.07);
            for (var item = 0; item < 10; item++)
            {
                Assert.Equal(item == game.HiddenItem ? Answer.Yes : Answer.No, game.Hear(Answerer.Table.Guess(item, 0)).Answer);
            }
        }
    }

    [Theory]
    [InlineData(-0.01)]
    [InlineData(0.08)]
    public void Start_NoiseOutOfRange_Throws(double noise) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => TwentyQuestionsGame.Start(Answerer, 1, noise));

    private static List<Answer> Questions(TwentyQuestionsGame game)
    {
        var answers = new List<Answer>();
        while (!game.Terminated)
        {
            var step = game.Hear("Is it easy to carry?");
            answers.Add(step.Answer);
            game = step.Game;
        }
        return answers;
    }

    private static TwentyQuestionsGame Play(TwentyQuestionsGame game, string utterance, int times)
    {
        for (var i = 0; i < times; i++)
        {
            game = game.Hear(utterance).Game;
        }

        return game;
    }
}
