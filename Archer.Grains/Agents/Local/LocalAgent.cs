using Archer.Client;
using Archer.Client.Conversations;
using Archer.Client.History;
using Archer.Grains.History;
using Microsoft.Extensions.Logging;

namespace Archer.Grains.Agents.Local;

/// <summary>
/// One agent in one silo: what it serves, at most <see cref="AgentOptions.ServingAge"/> old; permits for simulated starts; and what is to be told to the
/// agent and its history, a few times a second. Safe to call from any grain's turn.
/// </summary>
internal sealed partial class LocalAgent(
    string name, LocalAgents silo, IGrainFactory grains, AgentCatalog catalog, AgentOptions options, TimeProvider time, ILogger<LocalAgent> logger)
{
    private const ulong HoldOutSalt = 2;
    private readonly Lock _gate = new();
    private Task? _loop;

    private IAgentGrain Agent => grains.GetGrain<IAgentGrain>(name);

    private IAgentHistoryGrain History => grains.GetGrain<IAgentHistoryGrain>(name);

    /// <summary>Lets a conversation start; a simulated one waits here while the learner lags behind.</summary>
    /// <param name="request">The conversation.</param>
    /// <param name="splitKey">Decides whether it is learned from, unless the request does: what has the same key is in the same part.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="AgentNotFoundException">No such agent.</exception>
    /// <exception cref="LearnerLagsException">The learner did not catch up in time.</exception>
    public async Task<Admission> AdmitAsync(AdmissionRequest request, string splitKey, CancellationToken cancellationToken)
    {
        var definition = catalog.Find(name) ?? throw new AgentNotFoundException($"There is no agent {name}. Agents are: {string.Join(", ", catalog.Names)}.");
        var split = request.Split ?? (
            ConversationHash.ToUnitInterval(ConversationHash.Of(splitKey, HoldOutSalt)) < definition.HoldOutShare ? ReplaySplit.HoldOut : ReplaySplit.Train);
        if (split == ReplaySplit.Train)
        {
            await StartTrainingAsync(request with { Split = split }, cancellationToken);
        }

        return new Admission { Definition = definition, Split = split };
    }

    private Task StartTrainingAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (request.Simulated)
        {
            return TakePermitAsync(request, cancellationToken);
        }

        Tell(outbox => outbox.Admissions.Add(new AdmissionChange(request, IsRelease: false)));
        return Task.CompletedTask;
    }

    /// <summary>A conversation that was let in will give the learner nothing.</summary>
    public void Release(AdmissionRequest request) => Tell(outbox => outbox.Admissions.Add(new AdmissionChange(request, IsRelease: true)));

    /// <summary>A turn was committed.</summary>
    public void CountTurn() => Tell(outbox => outbox.Turns++);

    /// <summary>A conversation has started.</summary>
    public void Started(ConversationSummary conversation) => Tell(outbox => outbox.Started.Add(conversation));

    /// <summary>A conversation has ended; completes when the agent and its history have counted it.</summary>
    public Task EndedAsync(EpisodeSummary summary, EndedConversation conversation)
    {
        var counted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Tell(outbox => outbox.Ended.Add(new EndedEntry(summary, conversation, counted)));
        return counted.Task;
    }
}
