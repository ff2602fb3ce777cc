using Microsoft.Extensions.Logging;

namespace Archer.Embedded.Storage;

internal sealed partial class LogRecovery
{
    [LoggerMessage(1, LogLevel.Warning,
        "Cut a torn tail of {Bytes} bytes from '{File}' at offset {Offset}: expected {Expected}, found {Actual}. No acknowledged record was in it.")]
    private static partial void LogTornTail(ILogger logger, string file, int offset, int bytes, string expected, string actual);

    [LoggerMessage(2, LogLevel.Warning, "Made the segment '{File}' anew: a crash left {Bytes} bytes of it, without a whole header.")]
    private static partial void LogTornSegment(ILogger logger, string file, int bytes);
}
