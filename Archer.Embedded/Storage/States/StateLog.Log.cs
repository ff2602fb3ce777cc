using Microsoft.Extensions.Logging;

namespace Archer.Embedded.Storage;

internal sealed partial class StateLog
{
    [LoggerMessage(1, LogLevel.Error, "Cleaning the grain storage in '{Directory}' failed; nothing is lost, a later write tries again.")]
    private static partial void LogCleaningFailed(ILogger logger, string directory, Exception exception);
}
