using Archer.Client;
using Archer.Client.Agents;

namespace Archer.Trainer.Publication;

/// <summary>What a trainer says to the silo about one agent. Every call may be made again.</summary>
public interface IAgentLink
{
    /// <summary>This trainer takes over from every earlier one; what it says and writes from here on carries the epoch that it gets.</summary>
    Task<TrainerEpoch> StartAsync(StartTrainer start, CancellationToken cancellationToken);

    /// <summary>The agent and the versions that it serves.</summary>
    Task<AgentView> ReadAsync(CancellationToken cancellationToken);

    /// <summary>A version's directory is written: load it and serve it.</summary>
    /// <exception cref="TrainerSupersededException">A later trainer has started.</exception>
    Task AnnounceAsync(AnnounceVersion version, CancellationToken cancellationToken);

    /// <summary>How far the learner is.</summary>
    /// <exception cref="TrainerSupersededException">A later trainer has started.</exception>
    Task ReportAsync(LearnerReport report, CancellationToken cancellationToken);
}
