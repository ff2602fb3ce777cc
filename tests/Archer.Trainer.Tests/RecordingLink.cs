using Archer.Client.Agents;
using Archer.Trainer.Publication;

namespace Archer.Trainer.Tests;

/// <summary>A silo with one agent that serves whatever was announced last.</summary>
internal sealed class RecordingLink(string agent, string current) : IAgentLink
{
    private readonly List<string> versions = [current];

    public List<LearnerReport> Reports { get; } = [];

    public List<AnnounceVersion> Announcements { get; } = [];

    public Task<AgentView> ReadAsync(CancellationToken cancellationToken) => Task.FromResult(new AgentView
    {
        Name = agent,
        Current = versions[^1],
        Previous = versions.Count > 1 ? versions[^2] : null,
        CanaryShare = 0,
        Versions = [.. versions.Select(version => new VersionView { Version = version, Step = 0, FirstPosition = 0, LastPosition = 0, AnnouncedAt = default })],
        Definition = new AgentDefinition { Name = agent },
    });

    public Task AnnounceAsync(AnnounceVersion version, CancellationToken cancellationToken)
    {
        Announcements.Add(version);
        versions.Add(version.Version);
        return Task.CompletedTask;
    }

    public Task ReportAsync(LearnerReport report, CancellationToken cancellationToken)
    {
        Reports.Add(report);
        return Task.CompletedTask;
    }
}
