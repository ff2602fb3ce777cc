using Archer.Client.Policies;
using Archer.Replay;
using Archer.Trainer.Episodes;
using Archer.Trainer.Tests.Learning;

namespace Archer.Trainer.Tests.Episodes;

public sealed class EpisodeIntakeTests
{
    private readonly EpisodeBuffer _buffer = new(8, new EpisodeIntake { Positions = 64, Vocabulary = SampleEpisodes.Vocabulary, RewardLimit = 1000 });

    public static TheoryData<string, EpisodeDefect> Impossible => new()
    {
        { "NaN", EpisodeDefect.LogProbability },
        { "−∞", EpisodeDefect.LogProbability },
        { "∞", EpisodeDefect.LogProbability },
        { "+5", EpisodeDefect.LogProbability },
        { "one too few", EpisodeDefect.LogProbabilityCount },
        { "one too many", EpisodeDefect.LogProbabilityCount },
        { "negative id", EpisodeDefect.TokenId },
        { "id beyond the vocabulary", EpisodeDefect.TokenId },
        { "prompt id beyond the vocabulary", EpisodeDefect.TokenId },
        { "too long", EpisodeDefect.TooLong },
        { "reward NaN", EpisodeDefect.Reward },
        { "reward ∞", EpisodeDefect.Reward },
        { "no prompt", EpisodeDefect.NoPrompt },
        { "empty", EpisodeDefect.NoPrompt },
        { "empty utterance", EpisodeDefect.EmptyUtterance },
    };

    [Theory]
    [MemberData(nameof(Impossible))]
    public void ImpossibleRow_TeachesNothing_AndIsNamed(string fault, EpisodeDefect defect)
    {
        var episode = Take(Broken(fault, Row()));

        Assert.Equal(defect, episode.Defect);
        Assert.Equal(0, episode.LearnedTurns);
        Assert.True(double.IsFinite(episode.Return));
        Assert.Equal(1, _buffer.Finished);
        var notice = Assert.Single(_buffer.Intake.TakeNotices().ToArray());
        Assert.Equal(("c0", IntakeNoticeKind.Refused), (notice.Conversation, notice.Kind));
        Assert.Matches("^[a-z_]+$", notice.Reason);
        Assert.Empty(_buffer.Intake.TakeNotices().ToArray());
    }

    [Theory]
    [InlineData(-9999f)]
    [InlineData(-100f)]
    [InlineData(-1e30f)]
    public void ImprobableLogProbability_IsPossible(float value)
    {
        var row = Row();

        var episode = Take(WithLogProbabilities(row, [.. row.Utterance.LogProbabilities.Select(_ => value)]));

        Assert.Null(episode.Defect);
        Assert.Equal(1, episode.LearnedTurns);
        Assert.Empty(_buffer.Intake.TakeNotices().ToArray());
    }

    [Fact]
    public void LaterTurnWithoutPrompt_IsPossible()
    {
        _buffer.Take(new ReplayEntry { Position = 1, Row = Row() with { Terminated = false } });

        Assert.Null(Take(Row() with { Key = new ReplayKey("c0", 1, 0), PromptTokenIds = [] }).Defect);
    }

    [Theory]
    [InlineData(1e9f, 1000f)]
    [InlineData(-1e9f, -1000f)]
    [InlineData(1000f, 1000f)]
    [InlineData(-3.5f, -3.5f)]
    public void Reward_IsClippedToItsRange(float reward, float learned)
    {
        var episode = Take(Row() with { Reward = reward });

        Assert.Equal(learned, episode.Turns[0].Reward);
        Assert.Equal(learned, episode.Return);
        Assert.Equal(
            reward == learned ? [] : [new IntakeNotice("c0", IntakeNoticeKind.RewardClipped, "reward_clipped", 1)],
            _buffer.Intake.TakeNotices().ToArray());
    }

    [Fact]
    public void NegativeTurn_IsDropped_AndTheConversationGoesOn()
    {
        Assert.Null(_buffer.Take(new ReplayEntry { Position = 1, Row = Row() with { Key = new ReplayKey("c0", -1, 0) } }));

        Assert.Null(Take(Row()).Defect);
        Assert.Equal("turn_number", Assert.Single(_buffer.Intake.TakeNotices()).Reason);
    }

    [Theory]
    [InlineData(0.7f, 0, 1f, "temperature")]
    [InlineData(1f, 50, 1f, "top_k")]
    [InlineData(1f, 0, 0.9f, "top_p")]
    public void OtherSampling_IsNoticedWithItsSetting(float temperature, int topK, float topP, string reason)
    {
        var row = Row();

        Take(row with { Utterance = row.Utterance with { Sampling = new SamplingSettings { Temperature = temperature, TopK = topK, TopP = topP } } });

        Assert.Equal([new IntakeNotice("c0", IntakeNoticeKind.OtherSampling, reason, 1)], _buffer.Intake.TakeNotices().ToArray());
    }

    private static ReplayRow Row() => SampleEpisodes.Log(1, seed: 9).First().Row! with { Terminated = true };

    private static ReplayRow WithLogProbabilities(ReplayRow row, float[] values) => row with { Utterance = row.Utterance with { LogProbabilities = [.. values] } };

    private static ReplayRow WithIds(ReplayRow row, params int[] ids) =>
        WithLogProbabilities(row with { Utterance = row.Utterance with { TokenIds = [.. ids] } }, [.. ids.Select(_ => -1f)]);

    internal static ReplayRow Broken(string fault, ReplayRow row)
    {
        float[] values = [.. row.Utterance.LogProbabilities];
        return fault switch
        {
            "NaN" => WithLogProbabilities(row, [.. values[1..], float.NaN]),
            "−∞" => WithLogProbabilities(row, [.. values[1..], float.NegativeInfinity]),
            "∞" => WithLogProbabilities(row, [.. values[1..], float.PositiveInfinity]),
            "+5" => WithLogProbabilities(row, [.. values[1..], 5]),
            "one too few" => WithLogProbabilities(row, values[1..]),
            "one too many" => WithLogProbabilities(row, [.. values, -1]),
            "negative id" => WithIds(row, 3, -1),
            "id beyond the vocabulary" => WithIds(row, SampleEpisodes.Vocabulary),
            "prompt id beyond the vocabulary" => row with { PromptTokenIds = [int.MaxValue] },
            "too long" => row with { PromptTokenIds = [.. new int[64]] },
            "reward NaN" => row with { Reward = float.NaN },
            "reward ∞" => row with { Reward = float.NegativeInfinity },
            "no prompt" => row with { PromptTokenIds = [] },
            "empty" => WithIds(row) with { PromptTokenIds = [] },
            "empty utterance" => WithIds(row),
            _ => throw new ArgumentException(fault, nameof(fault)),
        };
    }

    private Episode Take(ReplayRow row) => _buffer.Take(new ReplayEntry { Position = _buffer.Position + 1, Row = row })!;
}
