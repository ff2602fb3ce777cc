using System.Collections.Immutable;
using Archer.Client;
using Archer.Client.Conversations;
using Archer.Replay;

namespace Archer.Grains.Conversations;

/// <summary>What happens to a conversation: pure functions from a state to the next.</summary>
internal static class Episode
{
    /// <summary>Reward reports whose keys are remembered; an older report sent again is applied again.</summary>
    internal const int RememberedRewards = 32;

    extension(ConversationState state)
    {
        public string Id => state.Request?.Id ?? "";

        public bool IsOpen => state is { Request: not null, End: null };

        /// <summary>The next user message or the end is known.</summary>
        public bool IsFinished(int turn) => turn < state.Turns.Length - 1 || state.End is not null;

        public double Return => state.Turns.Sum(turn => (double)(turn.Reward ?? 0));

        public TurnState? FindTurn(string? key) => key is null ? null : state.Turns.FirstOrDefault(turn => turn.Key == key);

        /// <summary>A message was answered: the transition before it is finished.</summary>
        public ConversationState AddTurn(TurnState turn, float? previousReward, DateTimeOffset now) =>
            state.FinishLastTurn(previousReward) with { Turns = state.FinishLastTurn(previousReward).Turns.Add(turn), LastActivityAt = now };

        /// <summary>The conversation is over: its last transition is finished.</summary>
        public ConversationState EndWith(EndState end, float? reward) =>
            state.FinishLastTurn(reward) with { End = end, LastActivityAt = end.At };

        /// <summary>Sets a reward; a transition that may have been published gets a higher revision and is published again.</summary>
        public ConversationState SetReward(int index, RewardReport report)
        {
            var turn = state.Turns[index];
            var finished = state.IsFinished(index);
            var changed = turn.Reward != report.Reward;
            var next = turn with { Reward = report.Reward, Revision = turn.Revision + (finished && changed ? 1 : 0) };
            return state with
            {
                Turns = state.Turns.SetItem(index, next),
                Outbox = finished && changed ? state.Outbox.Put(new OutboxEntry(index, next.Revision)) : state.Outbox,
                AppliedRewards = report.Key is null
                    ? state.AppliedRewards
                    : [.. state.AppliedRewards.TakeLast(RememberedRewards - 1), new AppliedReward(report.Key, index, report.Reward, next.Revision)],
            };
        }

        /// <summary>The replay buffer has rows of some turns; their positions are remembered from the first time on.</summary>
        public ConversationState Locate(IReadOnlyDictionary<int, long> positions, long last)
        {
            if (positions.All(position => position.Key >= state.Turns.Length || state.Turns[position.Key].Position is not null) && last <= state.LastPosition)
            {
                return state;
            }

            return state with
            {
                Turns = [.. state.Turns.Select((turn, index) =>
                    turn.Position is null && positions.TryGetValue(index, out var position) ? turn with { Position = position } : turn)],
                LastPosition = Math.Max(last, state.LastPosition),
            };
        }

        /// <summary>The conversation is to be forgotten: only what the erasure needs is left.</summary>
        public ConversationState BeginErasure(bool isDelivered) => new()
        {
            Erasing = new PendingErasure
            {
                Agent = state.Request!.Agent,
                Simulated = state.Request.Simulated,
                Split = state.Terms.Split,
                WasOpen = state.IsOpen,
                Turns = state.Turns.Length,
                WholeAt = state.Turns.IsEmpty || state.Turns.Any(turn => turn.Position is null) ? null : state.Turns.Max(turn => turn.Position),
                LastPosition = state.LastPosition,
                IsDelivered = isDelivered,
            },
        };

        /// <summary>The row of a finished turn.</summary>
        public ReplayRow ToRow(int index)
        {
            var turn = state.Turns[index];
            var last = index == state.Turns.Length - 1;
            return new ReplayRow
            {
                Key = new ReplayKey(state.Id, index, turn.Revision),
                Tenant = state.Request?.Tenant ?? "",
                UserText = turn.UserText,
                PromptTokenIds = turn.PromptTokenIds,
                Utterance = turn.Utterance,
                Reward = turn.Reward ?? state.Terms.DefaultReward,
                Terminated = last && state.End?.Outcome == ConversationOutcome.Terminated,
                Truncated = last && state.End?.Outcome == ConversationOutcome.Truncated,
                FinalUserText = last ? state.End?.Text : null,
                ActedAt = turn.ActedAt,
                Split = state.Terms.Split,
            };
        }

        private ConversationState FinishLastTurn(float? reward)
        {
            if (state.Turns.IsEmpty)
            {
                return state;
            }

            var index = state.Turns.Length - 1;
            var turn = state.Turns[index];
            turn = turn with { Reward = reward ?? turn.Reward ?? state.Terms.DefaultReward };
            return state with { Turns = state.Turns.SetItem(index, turn), Outbox = state.Outbox.Put(new OutboxEntry(index, turn.Revision)) };
        }
    }

    /// <summary>Whether a reward may come with a message or an end: there must be an utterance that it belongs to.</summary>
    public static void RequireUtteranceFor(this ConversationState state, float? reward)
    {
        if (reward is not null && state.Turns.IsEmpty)
        {
            throw new InvalidRequestException(
                $"reward: conversation {state.Id} has no utterance yet that it could belong to; send the first message without a reward");
        }
    }

    private static ImmutableArray<OutboxEntry> Put(this ImmutableArray<OutboxEntry> outbox, OutboxEntry entry) =>
        [.. outbox.Where(other => other.Turn != entry.Turn), entry];
}
