using System.Collections.Concurrent;
using Archer.Client.Agents;
using Archer.Policy.Checkpoints;
using Archer.Replay;
using Archer.Testing;
using Archer.Testing.Grains;
using Archer.Trainer.Learning;
using Archer.Trainer.Publication;
using Archer.Trainer.Tests.Learning;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Archer.Trainer.Tests;

/// <summary>A trainer starts while the one before it still runs, on the same agent and the same directories.</summary>
public sealed class TwoTrainersTests : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private readonly TemporaryDirectory _directory = new();
    private GrainPlatform _platform = null!;

    public async Task InitializeAsync()
    {
        _platform = await GrainPlatform.StartAsync();
        SampleEpisodes.WriteBase(new CheckpointStore(Options.PoliciesDirectory, GrainPlatform.Agent, TimeProvider.System));
    }

    public async Task DisposeAsync()
    {
        await _platform.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Later_TakesOver_TheEarlierStopsWithOneMessageAndNothingOfItServes()
    {
        await AppendAsync(conversations: 16);
        var (old, latest) = (new Log(), new Log());
        using var first = Build(old);
        await first.StartAsync();
        await Eventually.TrueAsync(async () => (await _platform.AgentGrain.GetMetricsAsync()).LearnerStep == 2, "the first trainer has learned");
        var before = (await _platform.AgentGrain.ReadAsync()).Versions;
        Assert.All(before, version => Assert.Equal(1, version.Epoch));

        using var second = Build(latest);
        await second.StartAsync();
        await AppendAsync(conversations: 16, prefix: "more");
        await Eventually.TrueAsync(async () => (await ServingAsync()).Epoch > 1, "the second trainer's version serves");

        await first.Services.GetRequiredService<ActiveTrainers>().AllSuperseded.WaitAsync(Deadline);
        await Eventually.TrueAsync(async () => (await _platform.AgentGrain.GetMetricsAsync()).LearnerStep == 4, "the second trainer goes on");
        Assert.Single(old.Errors, message => message.Contains("stops here: a later trainer has taken over.", StringComparison.Ordinal));
        Assert.DoesNotContain(latest.Errors, message => message.Contains("taken over", StringComparison.Ordinal));
        Assert.False(first.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested);
        var view = await _platform.AgentGrain.ReadAsync();
        Assert.All(view.Versions.Skip(before.Length), version => Assert.True(version.Epoch > 1));
        Assert.Equal(view.Versions.Length, view.Versions.Select(version => version.Version).Distinct().Count());
        await first.StopAsync();
        await second.StopAsync();
        var states = new CheckpointStore(Options.StateDirectory, GrainPlatform.Agent, TimeProvider.System);
        Assert.True(states.List()[^1].Epoch > 1);
    }

    private TrainerOptions Options => new()
    {
        Agent = GrainPlatform.Agent,
        PoliciesDirectory = _directory["policies"],
        StateDirectory = _directory["trainer"],
        Learner = new LearnerOptions
        {
            EpisodesPerIteration = 8,
            ReplayEpisodes = 16,
            Critic = new CriticOptions { BatchEpisodes = 6, StepsPerIteration = 2, HeadSize = 8 },
        },
    };

    private async Task<VersionView> ServingAsync()
    {
        var view = await _platform.AgentGrain.ReadAsync();
        return view.Versions.Single(version => version.Version == view.Current);
    }

    private async Task AppendAsync(int conversations, string prefix = "c") => await _platform.Replay.AppendAsync(
        GrainPlatform.Agent, [.. SampleEpisodes.Log(conversations, seed: 4, prefix: prefix).Select(entry => entry.Row!)]);

    private IHost Build(Log log)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(log);
        builder.Services.AddSingleton(TimeProvider.System)
            .AddSingleton<IReplayStore>(_platform.Replay)
            .AddKeyedSingleton<IAgentLink>(GrainPlatform.Agent, new GrainLink(_platform.AgentGrain))
            .AddSingleton(Options)
            .AddSingleton(new ActiveTrainers(1))
            .AddHostedService<TrainerService>();
        return builder.Build();
    }

    /// <summary>Keeps what was logged as an error.</summary>
    private sealed class Log : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _errors = new();

        public IReadOnlyCollection<string> Errors => _errors;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                _errors.Enqueue(formatter(state, exception));
            }
        }

        public void Dispose()
        {
        }
    }
}
