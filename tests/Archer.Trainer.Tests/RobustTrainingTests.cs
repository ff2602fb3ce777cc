using System.Collections.Concurrent;
using Archer.Client;
using Archer.Policy.Checkpoints;
using Archer.Replay;
using Archer.Testing;
using Archer.Testing.Replay;
using Archer.Trainer.Learning;
using Archer.Trainer.Publication;
using Archer.Trainer.Tests.Episodes;
using Archer.Trainer.Tests.Learning;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Archer.Trainer.Tests;

/// <summary>No conversation stops or loops the training, and no step is announced twice.</summary>
public sealed class RobustTrainingTests : IAsyncLifetime
{
    private const string Agent = "robust";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private readonly TemporaryDirectory _directory = new();
    private readonly RecordingLink _link = new(Agent, "v000000");
    private readonly Log _log = new();
    private TestReplay _opened = null!;

    /// <summary>A reward of 10,000 makes the critic's loss overflow, and nothing else does.</summary>
    private LearnerOptions Overflowing => Options.Learner with { RewardScale = 1e17f, RewardLimit = 1e6f, Critic = Options.Learner.Critic with { BatchEpisodes = 16 } };

    private TrainerOptions Options => new()
    {
        Agent = Agent,
        PoliciesDirectory = _directory["policies"],
        StateDirectory = _directory["trainer"],
        SaveEvery = 1000,
        MaxLoss = 1e38f,
        MaxGradientNorm = 1e38f,
        Learner = new LearnerOptions
        {
            EpisodesPerIteration = 8,
            ReplayEpisodes = 16,
            Critic = new CriticOptions { BatchEpisodes = 6, StepsPerIteration = 2, HeadSize = 8 },
        },
    };

    public async Task InitializeAsync()
    {
        _opened = await TestReplay.StartAsync();
        SampleEpisodes.WriteBase(new CheckpointStore(Options.PoliciesDirectory, Agent, TimeProvider.System));
    }

    public async Task DisposeAsync()
    {
        await _opened.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task ImpossibleRows_OfEveryKind_AreNamedOnce_AndTrainingGoesOn()
    {
        string[] faults = [.. EpisodeIntakeTests.Impossible.Select(row => (string)row[0]), "improbable"];
        await AppendAsync(faults.Length + 15, (row, conversation) => conversation < faults.Length ? Break(faults[conversation], row) : row);
        using var host = Build(Options);

        await host.StartAsync();
        await _link.ReportedAsync(step: 3).WaitAsync(Deadline);
        await host.StopAsync();

        Assert.DoesNotContain(_log.Lines, line => line.Level >= LogLevel.Error);
        string[] reasons = ["log_probability", "log_probability_count", "token_id", "too_long", "reward", "no_prompt", "empty_utterance"];
        Assert.All(reasons, reason => Assert.Single(_log.Lines, line => line.Text.Contains($": {reason}.", StringComparison.Ordinal)));
        AssertEachStepOnce();
    }

    [Fact]
    public async Task IterationThatFailsTwice_QuarantinesItsConversations_AndTrainingGoesOn()
    {
        await AppendAsync(40, (row, conversation) => conversation == 11 ? row with { Reward = 10_000 } : row);
        using var host = Build(Options with { Learner = Overflowing });

        await host.StartAsync();
        await _link.ReportedAsync(step: 4).WaitAsync(Deadline);
        await host.StopAsync();

        var line = Assert.Single(_log.Lines, line => line.Text.Contains("skips", StringComparison.Ordinal));
        Assert.Contains("c11", line.Text, StringComparison.Ordinal);
        Assert.Equal(2, _log.Lines.Count(line => line.Text.StartsWith("An iteration", StringComparison.Ordinal)));
        AssertEachStepOnce();

        // Durable: another session that begins at the state of before skips it too.
        var states = new CheckpointStore(Options.StateDirectory, Agent, TimeProvider.System);
        Directory.Delete(states.PathOf(states.List()[^1].Version), recursive: true);
        using var session = await OpenAsync(Options with { Learner = Overflowing });
        await session.IterateAsync(default);
        await session.IterateAsync(default);
        Assert.Contains(session.Learner.Buffer.Episodes, episode => episode.Conversation == "c11" && episode.LearnedTurns == 0);
        AssertEachStepOnce();
    }

    [Fact]
    public async Task NothingLearned_PublishesNothing_AndSaysSo()
    {
        await AppendAsync(30, (row, _) => row with { Reward = 0 });
        using var host = Build(Options);

        await host.StartAsync();
        await _link.ReportedAsync(step: 3).WaitAsync(Deadline);
        await host.StopAsync();

        Assert.Empty(_link.Announcements);
        Assert.Single(_log.Lines, line => line.Text.Contains("nothing to learn from", StringComparison.Ordinal));
    }

    [Fact]
    public async Task StepOutOfItsBand_IsNotPublished_AndTheNextInItIs()
    {
        await AppendAsync(40, (row, _) => row);
        var options = Options with { MaxGradientNorm = 1e-6f };
        using (var session = await OpenAsync(options))
        {
            await session.IterateAsync(default);
            session.Save();
        }

        Assert.Empty(_link.Announcements);
        using var again = await OpenAsync(Options);
        await again.IterateAsync(default);
        Assert.Equal([2L], _link.Announcements.Select(version => version.Step));
    }

    [Fact]
    public async Task PublishedStep_AfterTheStateIsRemoved_CountsFromTheStart()
    {
        await AppendAsync(20, (row, _) => row);
        using (var session = await OpenAsync(Options))
        {
            await session.IterateAsync(default);
        }

        var states = new CheckpointStore(Options.StateDirectory, Agent, TimeProvider.System);
        foreach (var state in states.List())
        {
            Directory.Delete(states.PathOf(state.Version), recursive: true);
        }

        using var anew = await OpenAsync(Options);
        await anew.IterateAsync(default);

        Assert.Equal([("v000001", 1L), ("v000002", 1L)], _link.Announcements.Select(version => (version.Version, version.Step)));
    }

    [Fact]
    public async Task DamagedRows_ArePassedOver_AndTheirConversationsNeverEnd()
    {
        await AppendAsync(20, (row, _) => row);
        var intact = new List<string>();
        foreach (var entry in await _opened.Store.ReadAsync(Agent, 0, 1000))
        {
            intact.Add(entry.Row!.Key.Conversation);
        }

        using var session = await TrainingSession.OpenAsync(Options, new DamagedStore(_opened.Store, 1, 7, 8), _link, TimeProvider.System, default);
        await session.IterateAsync(default);

        string[] lost = [intact[0], intact[6], intact[7]];
        Assert.Equal(8, session.Learner.EpisodesConsumed);
        Assert.DoesNotContain(session.Learner.Buffer.Episodes, episode => lost.Contains(episode.Conversation));
        Assert.All(session.Learner.Buffer.Episodes, episode => Assert.Null(episode.Defect));
    }

    [Fact]
    public async Task RefusedReport_DoesNotEndTheTraining()
    {
        await AppendAsync(20, (row, _) => row);
        using var session = await OpenAsync(Options);
        _link.NextReportFailure = new InvalidRequestException("critic_loss is 1e30");

        var report = await session.IterateAsync(default);

        Assert.Equal(1, report.Step);
        Assert.Equal(2, (await session.IterateAsync(default)).Step);
        Assert.Equal([0L, 2L], _link.Reports.Select(sent => sent.Step));
    }

    [Fact]
    public async Task DamagedLedger_IsReported_AndTrainingBegins()
    {
        Directory.CreateDirectory(Path.Combine(Options.StateDirectory, Agent));
        await File.WriteAllTextAsync(Path.Combine(Options.StateDirectory, Agent, ".ledger.json"), "{");

        using var session = await OpenAsync(Options);

        Assert.Contains(".ledger.json", session.Damage, StringComparison.Ordinal);
    }

    private static ReplayRow Break(string fault, ReplayRow row) => fault == "improbable"
        ? row with { Utterance = row.Utterance with { LogProbabilities = [.. row.Utterance.LogProbabilities.Select(_ => -9999f)] } }
        : fault == "too long" ? row with { PromptTokenIds = [.. new int[SampleEpisodes.Config.MaxPositions]] }
        : EpisodeIntakeTests.Broken(fault, row);

    private void AssertEachStepOnce()
    {
        long[] steps = [.. _link.Announcements.Select(version => version.Step)];
        Assert.NotEmpty(steps);
        Assert.Equal(steps.Distinct().Order(), steps);
    }

    private Task<TrainingSession> OpenAsync(TrainerOptions options) =>
        TrainingSession.OpenAsync(options, _opened.Store, _link, TimeProvider.System, default);

    private async Task AppendAsync(int conversations, Func<ReplayRow, int, ReplayRow> change) => await _opened.Store.AppendAsync(
        Agent, [.. SampleEpisodes.Log(conversations, seed: 4).Select(entry => change(entry.Row!, int.Parse(entry.Row!.Key.Conversation[1..])))]);

    private IHost Build(TrainerOptions options)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(_log);
        builder.Services.AddSingleton(TimeProvider.System)
            .AddSingleton(_opened.Store)
            .AddKeyedSingleton<IAgentLink>(Agent, _link)
            .AddSingleton(options)
            .AddSingleton(new ActiveTrainers(1))
            .AddHostedService<TrainerService>();
        return builder.Build();
    }

    /// <summary>Keeps warnings and errors.</summary>
    private sealed class Log : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<(LogLevel Level, string Text)> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                Lines.Enqueue((logLevel, formatter(state, exception)));
            }
        }

        public void Dispose()
        {
        }
    }
}
