using Archer.Client.Agents;
using Archer.Trainer.Publication;

namespace Archer.Trainer.Tests;

/// <summary>A silo with one agent that serves whatever was announced last.</summary>
internal sealed class RecordingLink(string agent, string current) : IAgentLink
{
    private readonly List<string> versions = [current];
    private long epoch;

    private readonly TaskCompletionSource<long>[] steps = [.. Enumerable.Range(0, 16).Select(_ => new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously))];

    public List<LearnerReport> Reports { get; } = [];

    public List<AnnounceVersion> Announcements { get; } = [];

    /// <summary>What the next announcement fails with.</summary>
    public Exception? NextFailure { get; set; }

    /// <summary>What the next report fails with.</summary>
    public Exception? NextReportFailure { get; set; }

    /// <summary>Completes when the learner has reported a step.</summary>
    public Task ReportedAsync(int step) => steps[step].Task;

    public Task<TrainerEpoch> StartAsync(StartTrainer start, CancellationToken cancellationToken)
    {
        epoch = Math.Max(epoch, start.SeenEpoch) + 1;
        return Task.FromResult(new TrainerEpoch { Epoch = epoch, LastVersion = versions[^1] });
    }

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
        if (NextFailure is { } failure)
        {
            NextFailure = null;
            throw failure;
        }
        Announcements.Add(version);
        versions.Add(version.Version);
        return Task.CompletedTask;
    }

    public Task ReportAsync(LearnerReport report, CancellationToken cancellationToken)
    {
        if (NextReportFailure is { } failure)
        {
            NextReportFailure = null;
            throw failure;
        }

        Reports.Add(report);
        steps[report.Step].TrySetResult(report.Step);
        return Task.CompletedTask;
    }
}
