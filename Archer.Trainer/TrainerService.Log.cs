using Microsoft.Extensions.Logging;

namespace Archer.Trainer;

internal sealed partial class TrainerService
{
    [LoggerMessage(1, LogLevel.Information, "Training of {agent} begins at step {step} after {episodes} episodes.")]
    private partial void LogOpened(string agent, long step, long episodes);

    [LoggerMessage(2, LogLevel.Debug, "Agent {agent}, step {step}: {episodes} episodes, mean return {meanReturn}, critic {criticLoss}, actor {actorLoss}, divergence {divergence}.")]
    private partial void LogIteration(string agent, long step, long episodes, double meanReturn, double? criticLoss, double? actorLoss, double? divergence);

    [LoggerMessage(4, LogLevel.Warning, "The newest saved state of training {agent} cannot be read; it goes on from an older one. {damage}")]
    private partial void LogDamaged(string agent, string damage);

    [LoggerMessage(5, LogLevel.Error, "Training of {agent} stops here: a later trainer has taken over. {reason}")]
    private partial void LogSuperseded(string agent, string reason);

    [LoggerMessage(3, LogLevel.Error, "Training of {agent} failed; it begins again from its saved state.")]
    private partial void LogFailed(string agent, Exception exception);
}
