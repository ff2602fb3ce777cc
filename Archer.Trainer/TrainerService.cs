using Archer.Client;
using Archer.Replay;
using Archer.Trainer.Publication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Archer.Trainer;

/// <summary>The trainer of one agent as a role of a process: iterates until it is stopped, and saves its state then.</summary>
/// <param name="options">Settings.</param>
/// <param name="replay">The replay store.</param>
/// <param name="services">Gives the agent's link to the silo, which may be this very process: it is asked for when the host has started.</param>
/// <param name="lifetime">Of the host.</param>
/// <param name="trainers">Is told when a later trainer has taken over.</param>
/// <param name="time">Clock.</param>
/// <param name="logger">Log.</param>
internal sealed partial class TrainerService(
    TrainerOptions options,
    IReplayStore replay,
    IServiceProvider services,
    IHostApplicationLifetime lifetime,
    ActiveTrainers trainers,
    TimeProvider time,
    ILogger<TrainerService> logger) : BackgroundService
{
    private static readonly TimeSpan FirstRetryPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan MaxRetryPause = TimeSpan.FromMinutes(1);
    private readonly TrainerTenure _tenure = new();
    private TimeSpan _retryPause = FirstRetryPause;
    private long _furthest = -1;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await StartedAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await TrainAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (TrainerSupersededException superseded)
            {
                LogSuperseded(options.Agent, superseded.Message);
                TrainerMetrics.Leave(options.Agent);
                trainers.Leave();
                return;
            }
            catch (Exception exception)
            {
                // The role's host boundary: serving goes on without the trainer, and the trainer begins again from its saved state.
                TrainerMetrics.Fail(options.Agent, exception);
                LogFailed(options.Agent, exception);
                await Task.Delay(_retryPause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                _retryPause = _retryPause * 2 < MaxRetryPause ? _retryPause * 2 : MaxRetryPause;
            }
        }
    }

    /// <summary>Completes when the host listens, or stops before it does.</summary>
    private async Task StartedAsync(CancellationToken stoppingToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStarted, stoppingToken);
        await Task.Delay(Timeout.InfiniteTimeSpan, time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
    }

    private async Task TrainAsync(CancellationToken cancellationToken)
    {
        var link = services.GetRequiredKeyedService<IAgentLink>(options.Agent);
        using var session = await TrainingSession.OpenAsync(options, replay, link, time, cancellationToken, _tenure, logger);
        if (session.Damage is { } damage)
        {
            LogDamaged(options.Agent, damage);
        }

        LogOpened(options.Agent, session.Learner.Step, session.Learner.EpisodesConsumed);
        try
        {
            while (true)
            {
                var report = await session.IterateAsync(cancellationToken);
                Progress(report.Step);
                LogIteration(options.Agent, report.Step, report.EpisodesConsumed, report.MeanReturn, report.CriticLoss, report.ActorLoss, report.Divergence);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            session.Save();
            throw;
        }
    }

    /// <summary>Only a step beyond all before is progress: those before it are learned again after a failure.</summary>
    private void Progress(long step)
    {
        if (step <= _furthest)
        {
            return;
        }

        _furthest = step;
        _retryPause = FirstRetryPause;
        TrainerMetrics.Progress(options.Agent);
    }
}
