using Archer.Client.Conversations;
using Archer.Client.Policies;
using Archer.Client.Randomness;
using Archer.Replay;
using Archer.Testing;
using Archer.Trainer.Episodes;

namespace Archer.Trainer.Tests.Episodes;

public sealed class EpisodeBufferTests
{
    private long _position;

    [Fact]
    public void FinishedConversation_BecomesOneEpisodeWithEveryTokenOnce()
    {
        var buffer = new EpisodeBuffer(8);

        Assert.Null(buffer.Take(Row("a", 0, prompt: [1, 2], utterance: [3, 4], reward: -1)));
        Assert.NotNull(buffer.Take(Row("a", 1, prompt: [5], utterance: [6, 7, 8], reward: 0, terminated: true)));

        var episode = Assert.Single(buffer.Episodes);
        Assert.Equal("1 2 3 4 5 6 7 8", string.Join(' ', episode.TokenIds));
        Assert.Equal([new EpisodeTurn(2, 2, -1), new EpisodeTurn(5, 3, 0)], episode.Turns.ToArray());
        Assert.Equal([1, 4], episode.Turns.Select(turn => turn.ObservationEnd));
        Assert.Equal([3, 7], episode.Turns.Select(turn => turn.UtteranceEnd));
        Assert.Equal(5, episode.LogProbabilities.Length);
        Assert.Equal(EpisodeEnd.Terminated, episode.End);
        Assert.Equal(-1, episode.Return);
        Assert.Equal(2, episode.Position);
    }

    [Fact]
    public void TurnsOutOfOrder_WaitForTheMissingOne()
    {
        var buffer = new EpisodeBuffer(8);

        Assert.Null(buffer.Take(Row("a", 1, terminated: true)));
        Assert.NotNull(buffer.Take(Row("a", 0)));
        Assert.Equal(1, buffer.Finished);
    }

    [Fact]
    public void LateReward_ReplacesTheEpisodeWithoutCountingItAgain()
    {
        var buffer = new EpisodeBuffer(8);
        buffer.Take(Row("a", 0, reward: 0, terminated: true));

        Assert.Null(buffer.Take(Row("a", 0, reward: 5, terminated: true, revision: 1)));
        Assert.Null(buffer.Take(Row("a", 0, reward: 9, terminated: true, revision: 1)));

        Assert.Equal(5, Assert.Single(buffer.Episodes).Return);
        Assert.Equal(1, buffer.Finished);
    }

    [Fact]
    public void Erasure_DropsTheEpisodeAndTheHalfOfOne()
    {
        var buffer = new EpisodeBuffer(8);
        buffer.Take(Row("a", 0, terminated: true));
        buffer.Take(Row("b", 0));

        buffer.Take(new ReplayEntry { Position = ++_position, ErasedConversation = "a" });
        buffer.Take(new ReplayEntry { Position = ++_position, ErasedConversation = "b" });
        Assert.Null(buffer.Take(Row("b", 1, terminated: true)));

        Assert.Empty(buffer.Episodes);
    }

    [Fact]
    public void HoldOut_IsNeverLearnedFrom()
    {
        var buffer = new EpisodeBuffer(8);

        Assert.Null(buffer.Take(Row("a", 0, terminated: true, split: ReplaySplit.HoldOut)));
        Assert.Empty(buffer.Episodes);
        Assert.Equal(0, buffer.Rows);
    }

    [Fact]
    public void Capacity_EvictsTheOldest()
    {
        var buffer = new EpisodeBuffer(2);
        foreach (var conversation in (string[])["a", "b", "c"])
        {
            buffer.Take(Row(conversation, 0, terminated: true));
        }

        Assert.Equal(["b", "c"], buffer.Episodes.Select(episode => episode.Conversation));
        Assert.Equal(3, buffer.Finished);
    }

    [Fact]
    public void Take_ConversationsThatOvertakeOneAnother_MakeTheSameBuffer()
    {
        var (first, second) = (new EpisodeBuffer(3), new EpisodeBuffer(3));
        var entries = Enumerable.Range(0, 5).Select(i => At(Row($"c{i}", 0, terminated: true), seconds: i)).ToArray();

        foreach (var i in (int[])[0, 1, 2, 3, 4])
        {
            first.Take(entries[i]);
        }

        foreach (var i in (int[])[1, 0, 4, 2, 3])
        {
            second.Take(entries[i]);
        }

        Assert.Equal(["c2", "c3", "c4"], first.Episodes.Select(episode => episode.Conversation));
        Assert.Equal(first.Episodes.Select(episode => episode.Conversation), second.Episodes.Select(episode => episode.Conversation));
    }

    [Theory]
    [InlineData(new[] { 1, 2 }, 2)]
    [InlineData(new[] { 1, 2, 3 }, 0)]
    [InlineData(new[] { 1, 9 }, 0)]
    public void Episode_ThatTheModelCannotRead_CountsAndTeachesNothing(int[] utterance, int turns)
    {
        var buffer = new EpisodeBuffer(8, new EpisodeIntake { Positions = 4, Vocabulary = 9 });
        buffer.Take(Row("a", 0, prompt: [1], utterance: [2]));

        Assert.NotNull(buffer.Take(Row("a", 1, prompt: [], utterance: utterance, terminated: true)));
        Assert.Equal(1, buffer.Finished);
        Assert.Equal(turns, buffer.Episodes[0].LearnedTurns);
    }

    [Theory]
    [InlineData(true, null, EpisodeEnd.Terminated)]
    [InlineData(false, "Wait.", EpisodeEnd.TruncatedAfterReply)]
    [InlineData(false, null, EpisodeEnd.TruncatedWithoutReply)]
    public void End_SaysWhetherThereIsSomethingToBootstrapFrom(bool terminated, string? finalText, EpisodeEnd expected)
    {
        var buffer = new EpisodeBuffer(1);
        var entry = Row("a", 0, terminated: terminated, truncated: !terminated);

        buffer.Take(entry with { Row = entry.Row! with { FinalUserText = finalText } });

        Assert.Equal(expected, Assert.Single(buffer.Episodes).End);
    }

    [Fact]
    public void End_AfterARewardThatSomebodyGave_TeachesTheLastTurnToo()
    {
        var buffer = new EpisodeBuffer(1);
        var entry = Row("a", 0, truncated: true);

        buffer.Take(entry with { Row = entry.Row! with { IsRewardExplicit = true } });

        Assert.Equal((EpisodeEnd.Terminated, 1), (Assert.Single(buffer.Episodes).End, buffer.Episodes[0].LearnedTurns));
    }

    [Fact]
    public void Take_RevisionOfAnEpisodeThatHasLeft_IsNoNewEpisode()
    {
        var buffer = new EpisodeBuffer(2);
        for (var i = 0; i < 3; i++)
        {
            Assert.NotNull(buffer.Take(Row($"c{i}", 0, terminated: true)));
        }

        Assert.Null(buffer.Take(Row("c0", 0, terminated: true, revision: 1, reward: 5)));

        Assert.Equal(["c1", "c2"], buffer.Episodes.Select(episode => episode.Conversation));
        Assert.Equal(3, buffer.Finished);
        Assert.NotNull(buffer.Take(Row("c3", 0, terminated: true)));
    }

    [Fact]
    public void Take_RevisionsOfEveryTurnOfAnEpisodeThatHasLeft_AreNoNewEpisode()
    {
        var buffer = new EpisodeBuffer(1);
        buffer.Take(Row("a", 0));
        buffer.Take(Row("a", 1, terminated: true));
        buffer.Take(Row("b", 0, terminated: true));

        Assert.Null(buffer.Take(Row("a", 0, revision: 1)));
        Assert.Null(buffer.Take(Row("a", 1, revision: 1, terminated: true)));

        Assert.Equal(2, buffer.Finished);
    }

    [Fact]
    public void Restore_WhatTheLogHasForgotten_IsNoNewEpisode()
    {
        var (straight, resumed) = (new EpisodeBuffer(2), new EpisodeBuffer(2));
        ReplayEntry[] log = [.. Enumerable.Range(0, 4).Select(i => At(Row($"c{i}", 0, terminated: true), seconds: i))];
        foreach (var entry in log)
        {
            straight.Take(entry);
        }

        var memory = straight.Remember();
        ReplayEntry[] late = [.. new[] { 0, 3 }.Select(i => At(Row($"c{i}", 0, terminated: true, revision: 1, reward: 5), seconds: i))];

        // The rows that they supersede are gone from every read, and with them that c0 and c3 were handed out.
        resumed.Take(log[1]);
        resumed.Take(log[2]);
        resumed.Restore(memory);

        Assert.Equal(["c2"], resumed.Episodes.Select(episode => episode.Conversation));
        foreach (var entry in late)
        {
            Assert.Null(straight.Take(entry));
            Assert.Null(resumed.Take(entry));
        }
        Assert.Equal([("c2", -1f), ("c3", 5f)], straight.Episodes.Select(episode => (episode.Conversation, episode.Return)));
        Assert.Equal(straight.Episodes.Select(episode => (episode.Conversation, episode.Return)), resumed.Episodes.Select(episode => (episode.Conversation, episode.Return)));
        Assert.NotNull(resumed.Take(At(Row("c4", 0, terminated: true), seconds: 4)));
    }

    [Fact]
    public void Restore_AfterAnErasure_BringsNothingBackThatHadLeft()
    {
        var (straight, resumed) = (new EpisodeBuffer(2), new EpisodeBuffer(2));
        ReplayEntry[] log = [.. Enumerable.Range(0, 3).Select(i => At(Row($"c{i}", 0, terminated: true), seconds: i))];
        var tombstone = new ReplayEntry { Position = ++_position, ErasedConversation = "c2" };
        foreach (var entry in log.Append(tombstone))
        {
            straight.Take(entry);
        }

        foreach (var entry in (ReplayEntry[])[log[0], log[1], tombstone])
        {
            resumed.Take(entry);
        }

        Assert.Equal(["c0", "c1"], resumed.Episodes.Select(episode => episode.Conversation));
        resumed.Restore(straight.Remember());

        Assert.Equal(["c1"], straight.Episodes.Select(episode => episode.Conversation));
        Assert.Equal(["c1"], resumed.Episodes.Select(episode => episode.Conversation));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(8, 2)]
    public void BufferMemory_DamagedFile_IsRefusedByItsName(int bytes, byte count = 0)
    {
        using var directory = new TemporaryDirectory();
        var content = new byte[bytes];
        if (bytes > 0)
        {
            content[0] = count;
        }

        File.WriteAllBytes(directory["memory"], content);

        var refused = Assert.Throws<InvalidDataException>(() => BufferMemory.Read(directory["memory"]));

        Assert.Equal($"{directory["memory"]}: expected the number of conversations held and their hashes, found {bytes} bytes that are not.", refused.Message);
    }

    [Fact]
    public void FinishedConversations_MoreThanItsCapacity_RemembersTheNewest()
    {
        var finished = new FinishedConversations(2);
        foreach (var conversation in new[] { "a", "b", "b", "c" })
        {
            finished.Add(conversation);
        }

        Assert.Equal([false, true, true], new[] { "a", "b", "c" }.Select(finished.Contains));
    }

    [Fact]
    public void Sample_DrawsEachEpisodeEquallyOftenAndNeverTwice()
    {
        var buffer = new EpisodeBuffer(10);
        for (var i = 0; i < 10; i++)
        {
            buffer.Take(Row($"c{i}", 0, terminated: true));
        }

        var random = new SplitMix64(1);
        var drawn = new Dictionary<string, int>();

        for (var i = 0; i < 1_000; i++)
        {
            var sample = buffer.Sample(4, ref random);
            Assert.Equal(4, sample.Distinct().Count());
            foreach (var episode in sample)
            {
                drawn[episode.Conversation] = drawn.GetValueOrDefault(episode.Conversation) + 1;
            }
        }

        Assert.Equal(10, drawn.Count);
        Assert.All(drawn.Values, times => Assert.InRange(times, 320, 480));
    }

    private static ReplayEntry At(ReplayEntry entry, int seconds) => entry with { Row = entry.Row! with { ActedAt = DateTimeOffset.UnixEpoch.AddSeconds(seconds) } };

    private ReplayEntry Row(
        string conversation, int turn, int[]? prompt = null, int[]? utterance = null, float reward = -1,
        bool terminated = false, bool truncated = false, int revision = 0, ReplaySplit split = ReplaySplit.Train)
    {
        utterance ??= [1];
        return new ReplayEntry
        {
            Position = ++_position,
            Row = new ReplayRow
            {
                Key = new ReplayKey(conversation, turn, revision),
                UserText = "No.",
                PromptTokenIds = [.. prompt ?? [0]],
                Utterance = new Utterance
                {
                    Text = "Is it alive?",
                    TokenIds = [.. utterance],
                    LogProbabilities = [.. utterance.Select(_ => -0.5f)],
                    PolicyVersion = "v000000",
                    FinishReason = FinishReason.Stop,
                    Sampling = new SamplingSettings(),
                },
                Reward = reward,
                Terminated = terminated,
                Truncated = truncated,
                ActedAt = DateTimeOffset.UnixEpoch,
                Split = split,
            },
        };
    }
}
