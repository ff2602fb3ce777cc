using Archer.Client.Agents;

namespace Archer.Trainer.Publication;

/// <summary>What a trainer says to the silo about one agent. Every call may be made again.</summary>
public interface IAgentLink
{
    /// <summary>The agent and the versions that it serves.</summary>
    Task<AgentView> ReadAsync(CancellationToken cancellationToken);

    /// <summary>A version's directory is written: load it and serve it.</summary>
    Task AnnounceAsync(AnnounceVersion version, CancellationToken cancellationToken);

    /// <summary>How far the learner is.</summary>
    Task ReportAsync(LearnerReport report, CancellationToken cancellationToken);
}
