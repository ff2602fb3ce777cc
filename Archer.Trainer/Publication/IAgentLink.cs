using Archer.Client;
using Archer.Client.Agents;

namespace Archer.Trainer.Publication;

/// <summary>What a trainer says to the silo about one agent. Every call may be made again.</summary>
public interface IAgentLink
{
    /// <summary>This trainer takes over from every earlier one; what it says and writes from here on carries the epoch that it gets.</summary>
    /// <exception cref="TrainerSupersededException">It begins again, and a later trainer has started since.</exception>
    Task<TrainerEpoch> StartAsync(StartTrainer start, CancellationToken cancellationToken);

    /// <summary>The agent and the versions that it serves.</summary>
    Task<AgentView> ReadAsync(CancellationToken cancellationToken);

    /// <summary>A version's directory is written: load it and serve it.</summary>
    /// <exception cref="TrainerSupersededException">A later trainer has started.</exception>
    /// <exception cref="VersionNotVisibleException">Not every policy server sees the directory yet.</exception>
    Task AnnounceAsync(AnnounceVersion version, CancellationToken cancellationToken);

    /// <summary>How far the learner is.</summary>
    /// <exception cref="TrainerSupersededException">A later trainer has started.</exception>
    /// <exception cref="InvalidRequestException">The silo does not take its numbers.</exception>
    Task ReportAsync(LearnerReport report, CancellationToken cancellationToken);
}
