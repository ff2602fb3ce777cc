using Archer.Trainer.Episodes;
using Archer.Trainer.Learning;

namespace Archer.Trainer.Tests.Episodes;

public sealed class EpisodeBatchTests
{
    [Fact]
    public void Rows_PointAtTheEndsOfObservationsAndUtterances()
    {
        var batch = new EpisodeBatch([Episode(EpisodeEnd.Terminated), Episode(EpisodeEnd.Terminated)]);

        Assert.Equal([1, 5, 9, 13], batch.ObservationRows);
        Assert.Equal([3, 7, 11, 15], batch.UtteranceRows);
        Assert.Equal([0, 2, 4], batch.FirstObservations.ToArray());
        Assert.Equal([1, 2, 5, 6, 9, 10, 13, 14], batch.TokenRows);
        Assert.Equal([12, 13, 16, 17, 12, 13, 16, 17], batch.TokenTargets);
        Assert.Equal([0, 0, 1, 1, 2, 2, 3, 3], batch.TokenObservations);
        Assert.Equal([-1, -2, -3, -4, -1, -2, -3, -4], batch.RecordedLogProbabilities);
        Assert.Equal([0.25f, 0.25f, 0.25f, 0.25f], batch.Weights);
    }

    [Fact]
    public void UtteranceInTheAir_IsBootstrappedFromAndNotLearned()
    {
        var batch = new EpisodeBatch([Episode(EpisodeEnd.TruncatedWithoutReply)]);

        Assert.Equal(1, batch.LearnedTurns);
        Assert.Equal([1f, 0f], batch.Weights);
        Assert.Equal([1, 2], batch.TokenRows);
        Assert.Equal([-1 + 0.9f * -7, 0], new BatchTargets(0.9f, 1).LambdaReturns(batch, [-5, -7], 0.5f));
    }

    [Fact]
    public void LastWordsOfTheUser_AreOneMoreObservationToBootstrapFrom()
    {
        var episode = Episode(EpisodeEnd.TruncatedAfterReply) with { FinalUserText = "No.", FinalPromptIds = [20, 21, 22] };

        var batch = new EpisodeBatch([episode]);

        Assert.Equal(11, batch.Tokens.Count);
        Assert.Equal([1, 5, 10], batch.ObservationRows);
        Assert.Equal([0.5f, 0.5f, 0f], batch.Weights);
        Assert.Equal([-1 + 0.9f * -6, -2 + 0.9f * -8, 0], new BatchTargets(0.9f, 1).LambdaReturns(batch, [-5, -6, -8], 0));
    }

    [Fact]
    public void TerminatedEpisode_IsNotBootstrapped()
    {
        var batch = new EpisodeBatch([Episode(EpisodeEnd.Terminated)]);

        Assert.Equal([-1 + 0.9f * -6, -2], new BatchTargets(0.9f, 1).LambdaReturns(batch, [-5, -6], 0));
    }

    [Fact]
    public void OtherSampling_IsNothingForTheActor()
    {
        var batch = new EpisodeBatch([Episode(EpisodeEnd.Terminated) with { OtherSampling = "temperature" }]);

        Assert.Empty(batch.TokenRows);
        Assert.Equal([0.5f, 0.5f], batch.Weights);
    }

    [Fact]
    public void Returns_AreThoseThatWereSeen()
    {
        var terminated = new EpisodeBatch([Episode(EpisodeEnd.Terminated), Episode(EpisodeEnd.TruncatedWithoutReply)]);

        Assert.Equal([0.5f * (-1 + 0.9f * -2), 0.5f * -2, 0.5f * -1, 0], new BatchTargets(0.9f, 0.5f).Returns(terminated));
    }

    [Fact]
    public void AnySampling_IsForTheActorToo()
    {
        var other = Episode(EpisodeEnd.Terminated) with { OtherSampling = "temperature" };

        Assert.Equal(new EpisodeBatch([Episode(EpisodeEnd.Terminated)]).TokenTargets, new EpisodeBatch([other], anySampling: true).TokenTargets);
    }

    /// <summary>Two turns, each a prompt of two tokens and an utterance of two; rewards −1 and −2.</summary>
    private static Episode Episode(EpisodeEnd end) => new()
    {
        Conversation = "a",
        Position = 2,
        ActedAt = DateTimeOffset.UnixEpoch,
        TokenIds = [10, 11, 12, 13, 14, 15, 16, 17],
        Turns = [new EpisodeTurn(2, 2, -1), new EpisodeTurn(6, 2, -2)],
        LogProbabilities = [-1, -2, -3, -4],
        PolicyVersions = ["v000000", "v000000"],
        End = end,
        Temperature = 1,
    };
}
