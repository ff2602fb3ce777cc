using System.Collections.Immutable;
using Archer.Client.Conversations;
using Archer.Client.Policies;
using Archer.Grains.Conversations;
using FsCheck;
using FsCheck.Fluent;

namespace Archer.Grains.Tests.Conversations;

/// <summary>Whatever happens to a conversation, in whatever order: what was written stays, and every finished turn goes out once for each of its revisions.</summary>
public sealed class ConversationStepsPropertyTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);

    private enum StepKind
    {
        Say,
        Reward,
        End,
        Retry,
        Deliver,
    }

    [Fact]
    public void Steps_AnySequence_KeepTheEpisodesRules() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2_000).WithReplay(20261121, 7),
        Prop.ForAll(Arb.From(Step.ListOf()), steps =>
        {
            var episode = new Model();
            foreach (var (step, number) in steps.Select((step, number) => (step, number)))
            {
                episode.Take(step, number);
            }

            episode.DeliverEverything();
        }));

    [Fact]
    public void SetReward_MoreKeysThanAreRemembered_KeepsTheNewest()
    {
        var state = Begin().AddTurn(Turn("k", 0), Start);
        for (var i = 0; i < ConversationSteps.RememberedRewards + 5; i++)
        {
            state = state.SetReward(0, new RewardReport { Reward = i, Key = $"r{i}" });
        }

        Assert.Equal(Enumerable.Range(5, ConversationSteps.RememberedRewards).Select(i => $"r{i}"), state.AppliedRewards.Select(applied => applied.Key));
    }

    [Fact]
    public void BeginErasure_KeepsNoWord()
    {
        var state = Begin().AddTurn(Turn("k", 0), Start).EndWith(new EndState { Text = "u-last", At = Start, Reward = 1 }).Locate(new Dictionary<int, long> { [0] = 7 }, 9);

        var erasing = state.BeginErasure(isDelivered: true);

        Assert.Equal(
            new ConversationState { Erasing = new PendingErasure { Agent = "quiz", Turns = 1, WholeAt = 7, LastPosition = 9, IsDelivered = true } }.ToString(), erasing.ToString());
        Assert.DoesNotContain("u-", System.Text.Json.JsonSerializer.Serialize(erasing), StringComparison.Ordinal);
    }

    private sealed record EpisodeStep(StepKind Kind, int Choice, float? Reward);

    private static Gen<EpisodeStep> Step =>
        from kind in Gen.Frequency(
            (12, Gen.Constant(StepKind.Say)),
            (8, Gen.Constant(StepKind.Reward)),
            (1, Gen.Constant(StepKind.End)),
            (3, Gen.Constant(StepKind.Retry)),
            (6, Gen.Constant(StepKind.Deliver)))
        from choice in Gen.Choose(0, 1_000)
        from reward in Gen.Choose(-2, 2)
        select new EpisodeStep(kind, choice, reward == 2 ? null : reward);

    private static ConversationState Begin() => new()
    {
        Request = new StartConversation { Agent = "quiz", Id = "c" },
        Terms = new ConversationTerms { TurnLimit = 20, DefaultReward = -0.5f },
        StartedAt = Start,
        LastActivityAt = Start,
    };

    private static TurnState Turn(string key, int number) => new()
    {
        Key = key,
        UserText = $"u-{key}",
        PromptTokenIds = [number],
        Utterance = new Utterance
        {
            Text = $"a-{key}",
            TokenIds = [number, 1],
            LogProbabilities = [-1, -2],
            PolicyVersion = "v000000",
            FinishReason = FinishReason.Stop,
            Sampling = new SamplingSettings(),
        },
        ActedAt = Start.AddSeconds(number),
    };

    /// <summary>Takes a conversation through the steps as the grain does, and compares with what must hold.</summary>
    private sealed class Model
    {
        private readonly List<(string Key, string Text)> _said = [];
        private readonly Dictionary<int, float> _rewards = [];
        private readonly HashSet<OutboxEntry> _delivered = [];
        private ConversationState _state = Begin();

        public void Take(EpisodeStep step, int number)
        {
            var before = _state;
            switch (step.Kind)
            {
                case StepKind.Say when _state.IsOpen:
                    Assert.Null(_state.FindTurn($"k{number}"));
                    NoteReward(_said.Count - 1, step.Reward);
                    _said.Add(($"k{number}", $"u-k{number}"));
                    _state = _state.AddTurn(Turn($"k{number}", number) with { MessageReward = _said.Count > 1 ? step.Reward : null }, Start.AddSeconds(number));
                    break;
                case StepKind.Retry when _said.Count > 0:
                    var (key, text) = _said[step.Choice % _said.Count];
                    Assert.Equal(text, _state.FindTurn(key)?.UserText);
                    break;
                case StepKind.Reward when _said.Count > 0:
                    Reward(step.Choice % _said.Count, step.Reward ?? 1, $"r{step.Choice % 40}");
                    break;
                case StepKind.End when _state.IsOpen:
                    NoteReward(_said.Count - 1, step.Reward);
                    var outcome = step.Choice % 2 == 0 ? ConversationOutcome.Terminated : ConversationOutcome.Truncated;
                    _state = _state.EndWith(new EndState { Outcome = outcome, At = Start.AddSeconds(number), Reward = _said.Count > 0 ? step.Reward : null });
                    break;
                case StepKind.Deliver when _state.Outbox.Length > 0:
                    Deliver(_state.Outbox[step.Choice % _state.Outbox.Length]);
                    break;
            }

            AssertHolds(before);
        }

        public void DeliverEverything()
        {
            while (_state.Outbox.Length > 0)
            {
                Deliver(_state.Outbox[0]);
            }

            AssertHolds(_state);
        }

        private void Reward(int turn, float reward, string key)
        {
            // A key that is remembered changes nothing, as in the grain.
            if (_state.AppliedRewards.All(applied => applied.Key != key))
            {
                _rewards[turn] = reward;
                _state = _state.SetReward(turn, new RewardReport { Reward = reward, Turn = turn, Key = key });
            }
        }

        private void NoteReward(int turn, float? reward)
        {
            if (turn >= 0)
            {
                _rewards[turn] = reward ?? _rewards.GetValueOrDefault(turn, -0.5f);
            }
        }

        private void Deliver(OutboxEntry entry)
        {
            Assert.True(_delivered.Add(entry), $"Turn {entry.Turn}, revision {entry.Revision} went out twice.");
            var row = _state.ToRow(entry.Turn);
            Assert.Equal((entry.Turn, entry.Revision, _rewards[entry.Turn]), (row.Key.Turn, row.Key.Revision, row.Reward));
            Assert.Equal(_state.End is not null && entry.Turn == _said.Count - 1, row.Terminated || row.Truncated);
            _state = _state with { Outbox = _state.Outbox.Remove(entry) };
        }

        private void AssertHolds(ConversationState before)
        {
            Assert.Equal(_said, _state.Turns.Select(turn => (turn.Key!, turn.UserText)));
            Assert.Equal(before.Turns.Select(Written), _state.Turns.Take(before.Turns.Length).Select(Written));
            Assert.All(before.Turns.Zip(_state.Turns), pair => Assert.InRange(pair.Second.Revision, pair.First.Revision, pair.First.Revision + 1));
            Assert.Equal(_state.Outbox.Length, _state.Outbox.Select(entry => entry.Turn).Distinct().Count());
            for (var turn = 0; turn < _state.Turns.Length; turn++)
            {
                var newest = new OutboxEntry(turn, _state.Turns[turn].Revision);
                Assert.Equal(_state.IsFinished(turn), _state.Outbox.Contains(newest) || _delivered.Contains(newest));
                Assert.False(_state.Outbox.Contains(newest) && _delivered.Contains(newest));
                Assert.True(_state.IsFinished(turn) || newest.Revision == 0);
            }

            Assert.All(_state.Outbox, entry => Assert.Equal(_state.Turns[entry.Turn].Revision, entry.Revision));
            Assert.Equal(_rewards.Values.Sum(reward => (double)reward), _state.Return, 6);
            Assert.Equal(before.End ?? _state.End, _state.End);
        }

        private static (string?, string, string, ImmutableArray<int>, Utterance, DateTimeOffset) Written(TurnState turn) =>
            (turn.Key, turn.UserText, turn.Utterance.Text, turn.PromptTokenIds, turn.Utterance, turn.ActedAt);
    }
}
