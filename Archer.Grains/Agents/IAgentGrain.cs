using System.Collections.Immutable;
using Archer.Client;
using Archer.Client.Agents;
using Orleans.Concurrency;

namespace Archer.Grains.Agents;

/// <summary>One agent: which policy version serves, who may start, and its numbers. Its key is the agent's name.</summary>
[Alias("archer.agent-grain")]
public interface IAgentGrain : IGrainWithStringKey
{
    /// <summary>
    /// A version that this agent chose was refused when it was to answer. If it can still not be loaded, the canary ends, and in the place of what serves
    /// comes the newest earlier version that can be, the initial one at last. One that is missing may still appear for a while:
    /// until then nothing changes.
    /// </summary>
    /// <returns>Version that answers instead; null when none can.</returns>
    /// <exception cref="PolicyUnavailableException">No policy server answered, or the version is not visible yet; nothing changed.</exception>
    [ResponseTimeout(CallTimeouts.Generation)]
    Task<string?> ReplaceAsync(string conversation, string refused, CancellationToken cancellationToken = default);

    /// <summary>What serves at this moment; silos keep copies of it.</summary>
    [AlwaysInterleave]
    Task<AgentServing> GetServingAsync();

    /// <summary>A silo tells what has happened since its last report, and that it wants to be told of changes.</summary>
    /// <returns>What serves.</returns>
    [AlwaysInterleave]
    Task<AgentServing> ReportSiloAsync(SiloReport report);

    /// <summary>Permits to start simulated conversations; waits while the learner lags behind.</summary>
    [AlwaysInterleave]
    [ResponseTimeout(CallTimeouts.Generation)]
    Task<PermitGrant> AcquirePermitsAsync(PermitRequest request);

    /// <summary>A trainer starts and takes over from every earlier one.</summary>
    /// <exception cref="TrainerSupersededException">It begins again, and a later trainer has started since; nothing changed.</exception>
    [ResponseTimeout(CallTimeouts.Generation)]
    Task<TrainerEpoch> StartTrainerAsync(StartTrainer command);

    /// <summary>A trainer has written a version: it is loaded and, if asked, served.</summary>
    /// <exception cref="TrainerSupersededException">A later trainer has started; nothing changed.</exception>
    /// <exception cref="VersionNotVisibleException">Not every policy server sees it yet; nothing changed.</exception>
    /// <exception cref="VersionRefusedException">It cannot be loaded; nothing changed.</exception>
    /// <exception cref="PolicyUnavailableException">No policy server answered; nothing changed.</exception>
    [ResponseTimeout(CallTimeouts.Generation)]
    Task<AgentView> AnnounceAsync(AnnounceVersion command, CancellationToken cancellationToken = default);

    /// <summary>Chooses what serves; the versions are loaded first.</summary>
    /// <exception cref="VersionRefusedException">One cannot be loaded; nothing changed.</exception>
    [ResponseTimeout(CallTimeouts.Generation)]
    Task<AgentView> ServeAsync(ServeVersion command, CancellationToken cancellationToken = default);

    /// <summary>Goes back to the version that served before.</summary>
    /// <exception cref="ConflictException">There is none.</exception>
    [ResponseTimeout(CallTimeouts.Generation)]
    Task<AgentView> RollbackAsync(CancellationToken cancellationToken = default);

    /// <summary>The learner tells how far it is; starts that wait for it go on.</summary>
    /// <exception cref="TrainerSupersededException">A later trainer has started; nothing changed.</exception>
    [AlwaysInterleave]
    Task<LearnerReceipt> ReportLearnerAsync(LearnerReport report);

    /// <summary>The agent and its versions.</summary>
    [AlwaysInterleave]
    Task<AgentView> ReadAsync();

    /// <summary>The agent's numbers.</summary>
    [AlwaysInterleave]
    Task<AgentMetrics> GetMetricsAsync(CancellationToken cancellationToken = default);

    /// <summary>Versions that were trained on a range of replay positions, oldest first.</summary>
    [AlwaysInterleave]
    Task<ImmutableArray<string>> FindVersionsTrainedOnAsync(long firstPosition, long lastPosition);
}
