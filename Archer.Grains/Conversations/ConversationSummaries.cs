using Archer.Client.Conversations;
using Archer.Client.History;
using Archer.Grains.Agents;

namespace Archer.Grains.Conversations;

/// <summary>What an agent's history is told of a conversation.</summary>
internal static class ConversationSummaries
{
    public static ConversationSummary ToSummary(this ConversationView view) => new()
    {
        Id = view.Id,
        Status = view.Status,
        StartedAt = view.StartedAt,
        EndedAt = view.EndedAt,
        Outcome = view.Outcome,
        EndReason = view.EndReason,
        Return = view.Status == ConversationStatus.Open ? null : view.Return,
        Turns = view.Status == ConversationStatus.Open ? null : view.Turns.Length,
        PolicyVersions = view.Status == ConversationStatus.Open ? [] : [.. view.Turns.Select(turn => turn.PolicyVersion).Distinct()],
        Simulated = view.Simulated,
        Split = view.Split,
    };

    public static EndedConversation ToEnded(this ConversationState state, ITaskRules tasks) => state.ToView().ToEnded(tasks, state.Terms.Task);

    public static EndedConversation ToEnded(this ConversationView view, ITaskRules tasks, string? task)
    {
        var told = view.Turns.Take(EndedConversation.MaxTurnsTold).ToArray();
        return new EndedConversation
        {
            Summary = view.ToSummary(),
            Rewards = [.. told.Select(turn => turn.Reward ?? 0)],
            Values = [.. told.Select(turn => turn.Value)],
            Kinds = tasks.CountKinds(task, view.Turns.Select(turn => turn.Text)),
        };
    }
}
