using Microsoft.Extensions.Logging;

namespace Archer.Client.Replay;

internal sealed partial class AgentReplayLog
{
    [LoggerMessage(1, LogLevel.Error, "Cleaning the replay log of agent '{Agent}' failed; nothing is lost, the next append tries again.")]
    private static partial void LogCleaningFailed(ILogger logger, string agent, Exception exception);
}
