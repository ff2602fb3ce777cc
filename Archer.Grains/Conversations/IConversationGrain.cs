using Archer.Client;
using Archer.Client.Conversations;
using Orleans.Concurrency;

namespace Archer.Grains.Conversations;

/// <summary>One live conversation; its key is the conversation's id. Every answer is durable before it is given.</summary>
[Alias("archer.conversation-grain")]
public interface IConversationGrain : IGrainWithStringKey
{
    /// <summary>Starts the conversation, or answers with it when the same request started it before.</summary>
    /// <exception cref="AgentNotFoundException">No such agent.</exception>
    /// <exception cref="ConflictException">The id is in use for something else.</exception>
    /// <exception cref="LearnerLagsException">It is simulated and the learner lags behind.</exception>
    [ResponseTimeout(CallTimeouts.Generation)]
    Task<ConversationView> StartAsync(StartConversation request, CancellationToken cancellationToken = default);

    /// <summary>Gives the agent's reply to a message.</summary>
    /// <exception cref="ConversationNotFoundException">It was never started, or it was erased.</exception>
    /// <exception cref="ConversationEndedException">It has ended, or this message was one too many.</exception>
    /// <exception cref="ConflictException">The key was used for another text.</exception>
    /// <exception cref="PolicyUnavailableException">No utterance, also when the version that serves cannot answer; nothing changed.</exception>
    /// <exception cref="VersionRefusedException">The version that the conversation was started with cannot answer; nothing changed.</exception>
    [ResponseTimeout(CallTimeouts.Generation)]
    Task<TurnReply> SayAsync(UserMessage message, CancellationToken cancellationToken = default);

    /// <summary>As <see cref="SayAsync"/>, piece by piece; the last fragment has the whole reply, which is durable then.</summary>
    IAsyncEnumerable<TurnFragment> StreamSayAsync(UserMessage message, CancellationToken cancellationToken = default);

    /// <summary>Sets the reward of an utterance; a transition that was published is published again with a higher revision.</summary>
    [ResponseTimeout(CallTimeouts.Generation)]
    Task<RewardReceipt> RewardAsync(RewardReport report, CancellationToken cancellationToken = default);

    /// <summary>Ends the conversation.</summary>
    [ResponseTimeout(CallTimeouts.Generation)]
    Task<ConversationView> EndAsync(EndConversation request, CancellationToken cancellationToken = default);

    /// <summary>The conversation as it is, also while the policy works on a reply.</summary>
    [AlwaysInterleave]
    Task<ConversationView> ReadAsync(CancellationToken cancellationToken = default);

    /// <summary>Ends the conversation when it has been idle for too long and sends unacknowledged transitions again.</summary>
    /// <returns>When to look again; null when there is nothing left to look after.</returns>
    [ResponseTimeout(CallTimeouts.Generation)]
    Task<DateTimeOffset?> CheckAsync();

    /// <summary>Removes the conversation: its state, what it has not published yet, and its rows in the replay buffer.</summary>
    [ResponseTimeout(CallTimeouts.Generation)]
    Task<ConversationErasure> EraseAsync(CancellationToken cancellationToken = default);
}
