using Archer.Client.Conversations;

namespace Archer.Grains.Conversations;

/// <summary>What callers see of a conversation.</summary>
internal static class ConversationViews
{
    public static ConversationView ToView(this ConversationState state)
    {
        var request = state.Request ?? throw new InvalidOperationException("A conversation that was not started has no view.");
        return new ConversationView
        {
            Id = state.Id,
            Agent = request.Agent,
            Tenant = request.Tenant,
            User = request.User,
            Simulated = request.Simulated,
            Split = state.Terms.Split,
            Status = state.IsOpen ? ConversationStatus.Open : ConversationStatus.Ended,
            Outcome = state.End?.Outcome,
            EndReason = state.End?.Reason,
            Sampling = state.Terms.Sampling,
            PolicyVersion = request.PolicyVersion,
            TurnLimit = state.Terms.TurnLimit,
            StartedAt = state.StartedAt,
            EndedAt = state.End?.At,
            Return = state.Return,
            Turns = [.. state.Turns.Select((turn, index) => turn.ToView(index, state.IsFinished(index)))],
            FinalUserText = state.End?.Text,
        };
    }

    public static TurnReply ToReply(this ConversationState state, int index)
    {
        var utterance = state.Turns[index].Utterance;
        return new TurnReply
        {
            Conversation = state.Id,
            Turn = index,
            Text = utterance.Text,
            PolicyVersion = utterance.PolicyVersion,
            Value = utterance.Value,
            FinishReason = utterance.FinishReason,
            Tokens = utterance.TokenIds.Length,
            TurnsLeft = state.Terms.TurnLimit - index - 1,
        };
    }

    private static TurnView ToView(this TurnState turn, int index, bool finished) => new()
    {
        Turn = index,
        UserText = turn.UserText,
        Text = turn.Utterance.Text,
        PolicyVersion = turn.Utterance.PolicyVersion,
        Value = turn.Utterance.Value,
        FinishReason = turn.Utterance.FinishReason,
        Tokens = turn.Utterance.TokenIds.Length,
        Reward = turn.Reward,
        Revision = turn.Revision,
        Finished = finished,
        ActedAt = turn.ActedAt,
        LogProbability = turn.Utterance.LogProbabilities.Sum(logProbability => (double)logProbability),
    };
}
