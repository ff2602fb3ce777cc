namespace Archer.Policy.Generation;

internal sealed partial class GenerationThread
{
    [LoggerMessage(Level = LogLevel.Error, Message = "The generation engine failed; unfinished requests were refused.")]
    private partial void LogStepFailed(Exception exception);
}
