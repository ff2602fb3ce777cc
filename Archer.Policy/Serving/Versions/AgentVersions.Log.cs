namespace Archer.Policy.Serving.Versions;

internal sealed partial class AgentVersions
{
    [LoggerMessage(Level = LogLevel.Debug, Message = "{Agent}: version {Version} is loaded.")]
    private partial void LogLoaded(string agent, string version);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Agent}: version {Version} is retired.")]
    private partial void LogRetired(string agent, string version);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Agent}: version {Version} is not usable; the one before it is tried.")]
    private partial void LogPassedOver(string agent, string version, Exception exception);
}
