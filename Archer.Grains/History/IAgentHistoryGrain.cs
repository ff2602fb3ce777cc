using Archer.Client;
using Archer.Client.Agents;
using Archer.Client.Conversations;
using Archer.Client.History;
using Orleans.Concurrency;

namespace Archer.Grains.History;

/// <summary>
/// What has happened to one agent: its recent conversations, its curves, and events for those who watch. Its key is the agent's name.
/// It is written every few seconds, so that a crash may lose the last of them; nothing but display depends on it.
/// </summary>
[Alias("archer.agent-history-grain")]
public interface IAgentHistoryGrain : IGrainWithStringKey
{
    /// <summary>Conversations have started and ended; told twice, one counts once.</summary>
    Task ReportAsync(HistoryReport report);

    /// <summary>A conversation is being erased: nothing that names it is kept. Durable when it returns.</summary>
    Task ForgetAsync(string conversation);

    /// <summary>Another version serves.</summary>
    [OneWay]
    Task ServesAsync(ServedVersion version);

    /// <summary>The learner has reported.</summary>
    [OneWay]
    Task LearnedAsync(LearnerReport report);

    /// <summary>Recent conversations.</summary>
    /// <exception cref="InvalidRequestException">The cursor is none.</exception>
    Task<ConversationPage> ListAsync(ConversationQuery query);

    /// <summary>What is known of a conversation's use in learning.</summary>
    Task<ConversationLearning> DescribeAsync(string conversation);

    /// <summary>The curves so far.</summary>
    Task<AgentHistory> ReadAsync();

    /// <summary>Waits, at most 15 seconds, until something has happened after an event.</summary>
    /// <param name="after">Id of an event; null asks for what happens from now on.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    [ResponseTimeout(CallTimeouts.Generation)]
    Task<AgentEventPage> WaitAsync(string? after, CancellationToken cancellationToken = default);
}

/// <summary>How a conversation is used by the learner.</summary>
/// <param name="Discount">γ per turn; null while no learner has reported one.</param>
/// <param name="Lambda">λ of the generalised advantages; null while no learner has reported one.</param>
/// <param name="Replays">How often the learner has drawn the conversation for an update of the critic; null when that is not known.</param>
[GenerateSerializer, Immutable, Alias("archer.conversation-learning")]
public readonly record struct ConversationLearning(
    [property: Id(0)] double? Discount,
    [property: Id(1)] double? Lambda,
    [property: Id(2)] long? Replays);
