using Archer.Client.Agents;
using Archer.Grains.Agents;
using Archer.Trainer.Publication;

namespace Archer.Trainer.Tests;

/// <summary>The agent's grain itself, without the silo's HTTP.</summary>
internal sealed class GrainLink(IAgentGrain agent) : IAgentLink
{
    public Task<TrainerEpoch> StartAsync(StartTrainer start, CancellationToken cancellationToken) => agent.StartTrainerAsync(start);

    public Task<AgentView> ReadAsync(CancellationToken cancellationToken) => agent.ReadAsync();

    public Task AnnounceAsync(AnnounceVersion version, CancellationToken cancellationToken) => agent.AnnounceAsync(version, cancellationToken);

    public Task ReportAsync(LearnerReport report, CancellationToken cancellationToken) => agent.ReportLearnerAsync(report);
}
