using Archer.Client;
using Archer.Client.Replay;
using Archer.Trainer.Learning;
using Archer.Trainer.Publication;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Archer.Trainer;

/// <summary>The trainer as a role of a process: iterates until it is stopped, and saves its state then.</summary>
/// <param name="options">Settings.</param>
/// <param name="replay">The replay store.</param>
/// <param name="link">The silo.</param>
/// <param name="time">Clock.</param>
/// <param name="logger">Log.</param>
public sealed partial class TrainerService(
    TrainerOptions options, IReplayStore replay, IAgentLink link, TimeProvider time, ILogger<TrainerService> logger) : BackgroundService
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Iterations compute for seconds: they must not hold up the host's start.
        await Task.Yield();
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
            catch (Exception exception) when (exception is ArcherException or HttpRequestException or IOException or ArithmeticException)
            {
                // The role's host boundary: serving goes on without the trainer, and the trainer begins again from its saved state.
                LogFailed(options.Agent, exception);
                await Task.Delay(RetryPause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task TrainAsync(CancellationToken cancellationToken)
    {
        using TrainingSession session = await TrainingSession.OpenAsync(options, replay, link, time, cancellationToken);
        LogOpened(options.Agent, session.Learner.Step, session.Learner.EpisodesConsumed);
        try
        {
            while (true)
            {
                IterationReport report = await session.IterateAsync(cancellationToken);
                LogIteration(options.Agent, report.Step, report.EpisodesConsumed, report.MeanReturn, report.CriticLoss, report.ActorLoss, report.Divergence);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            session.Save();
            throw;
        }
    }
}
