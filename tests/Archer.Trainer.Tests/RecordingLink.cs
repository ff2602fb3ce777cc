using Archer.Client.Agents;
using Archer.Trainer.Publication;

namespace Archer.Trainer.Tests;

/// <summary>A silo with one agent that serves whatever was announced last.</summary>
internal sealed class RecordingLink(string agent, string current) : IAgentLink
{
    private readonly List<string> _versions = [current];
    private long _epoch;

    private readonly TaskCompletionSource<long>[] _steps = [.. Enumerable.Range(0, 16).Select(_ => new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously))];

    public List<LearnerReport> Reports { get; } = [];

    public List<AnnounceVersion> Announcements { get; } = [];

    /// <summary>What the next announcement fails with.</summary>
    public Exception? NextFailure { get; set; }

    /// <summary>What the next report fails with.</summary>
    public Exception? NextReportFailure { get; set; }

    /// <summary>Completes when the learner has reported a step.</summary>
    public Task ReportedAsync(int step) => _steps[step].Task;

    public Task<TrainerEpoch> StartAsync(StartTrainer start, CancellationToken cancellationToken)
    {
        _epoch = Math.Max(_epoch, start.SeenEpoch) + 1;
        return Task.FromResult(new TrainerEpoch { Epoch = _epoch, LastVersion = _versions[^1] });
    }

    public Task<AgentView> ReadAsync(CancellationToken cancellationToken) => Task.FromResult(new AgentView
    {
        Name = agent,
        Current = _versions[^1],
        Previous = _versions.Count > 1 ? _versions[^2] : null,
        CanaryShare = 0,
        Versions = [.. _versions.Select(version => new VersionView { Version = version, Step = 0, FirstPosition = 0, LastPosition = 0, AnnouncedAt = default })],
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
        _versions.Add(version.Version);
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
        _steps[report.Step].TrySetResult(report.Step);
        return Task.CompletedTask;
    }
}
