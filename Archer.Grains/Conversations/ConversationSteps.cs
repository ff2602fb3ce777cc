using System.Collections.Immutable;
using Archer.Client;
using Archer.Client.Conversations;
using Archer.Replay;
using static System.FormattableString;

namespace Archer.Grains.Conversations;

/// <summary>What happens to a conversation: pure functions from a state to the next.</summary>
internal static class ConversationSteps
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

        /// <summary>The turn that the same message made before; null when there is none.</summary>
        /// <exception cref="ConflictException">The message's key was used for something else.</exception>
        public TurnState? FindTurn(UserMessage message) => state.FindTurn(message.Key) switch
        {
            null => null,
            var known when known.UserText != message.Text =>
                throw new ConflictException($"Key {message.Key} of conversation {state.Id} was used for another text: choose another key."),
            var known when known.MessageReward != message.Reward =>
                throw new ConflictException($"Key {message.Key} of conversation {state.Id} was used with another reward: choose another key."),
            var known => known,
        };

        /// <summary>Whether the same request ended the conversation before.</summary>
        /// <exception cref="ConflictException">The request's key ended it otherwise.</exception>
        public bool IsEndedBy(EndConversation request)
        {
            if (request.Key is null || state.End is not { Reason: EndReason.Client } end || end.Key != request.Key)
            {
                return false;
            }

            return (end.Outcome, end.Text, end.Reward) == (request.Outcome, request.Text, request.Reward)
                ? true
                : throw new ConflictException($"Key {request.Key} of conversation {state.Id} was used for another outcome, text or reward of its end.");
        }

        /// <summary>A message was answered: the transition before it is finished.</summary>
        public ConversationState AddTurn(TurnState turn, DateTimeOffset now)
        {
            var finished = state.FinishLastTurn(turn.MessageReward);
            return finished with { Turns = finished.Turns.Add(turn), LastActivityAt = now };
        }

        /// <summary>The conversation is over: its last transition is finished.</summary>
        public ConversationState EndWith(EndState end) =>
            state.FinishLastTurn(end.Reward) with { End = end, LastActivityAt = end.At };

        /// <summary>Sets a reward; a transition that may have been published gets a higher revision and is published again.</summary>
        public ConversationState SetReward(int index, RewardReport report)
        {
            var turn = state.Turns[index];
            var finished = state.IsFinished(index);
            var changed = turn.Reward != report.Reward || !turn.IsRewardExplicit;
            var next = turn with { Reward = report.Reward, IsRewardExplicit = true, Revision = turn.Revision + (finished && changed ? 1 : 0) };
            return state with
            {
                Turns = state.Turns.SetItem(index, next),
                Outbox = finished && changed ? state.Outbox.Put(new OutboxEntry(index, next.Revision)) : state.Outbox,
                AppliedRewards = report.Key is null
                    ? state.AppliedRewards
                    : [.. state.AppliedRewards.TakeLast(RememberedRewards - 1), new AppliedReward(report.Key, index, report.Reward, next.Revision, report.Turn is null)],
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
                IsRewardExplicit = turn.IsRewardExplicit,
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
            turn = turn with { Reward = reward ?? turn.Reward ?? state.Terms.DefaultReward, IsRewardExplicit = reward is not null || turn.IsRewardExplicit };
            return state with { Turns = state.Turns.SetItem(index, turn), Outbox = state.Outbox.Put(new OutboxEntry(index, turn.Revision)) };
        }
    }

    /// <summary>Checks that a reward is in the agent's range, and that there is an utterance that it can belong to.</summary>
    /// <exception cref="InvalidRequestException">It is not, or there is none.</exception>
    public static void RequireReward(this ConversationState state, float? reward)
    {
        if (reward is not { } value)
        {
            return;
        }

        var (minimum, maximum) = (state.Terms.MinimumReward, state.Terms.MaximumReward);
        if (!(value >= minimum && value <= maximum))
        {
            throw new InvalidRequestException(Invariant($"reward: expected {minimum} to {maximum}, the range of agent {state.Request?.Agent}, found {value}"));
        }

        if (state.Turns.IsEmpty)
        {
            throw new InvalidRequestException(
                $"reward: conversation {state.Id} has no utterance yet that it could belong to; send the first message without a reward");
        }
    }

    private static ImmutableArray<OutboxEntry> Put(this ImmutableArray<OutboxEntry> outbox, OutboxEntry entry) =>
        [.. outbox.Where(other => other.Turn != entry.Turn), entry];
}
