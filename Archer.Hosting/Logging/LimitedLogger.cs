namespace Archer.Hosting.Logging;

/// <summary>A logger whose repeated failures are counted; everything else passes.</summary>
internal sealed class LimitedLogger(ILogger inner, string category, RepeatLimit limit) : ILogger
{
    private const string Template = "{OriginalFormat}";

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => inner.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (logLevel is not (LogLevel.Warning or LogLevel.Error) || !inner.IsEnabled(logLevel))
        {
            inner.Log(logLevel, eventId, state, exception, formatter);
            return;
        }

        // Now: what is logged may say something else, or nothing any more, when the count is told.
        var text = formatter(state, null);
        var reason = exception is null ? "" : $": {exception.GetType().Name}: {FirstLine(exception.Message)}";
        var kind = exception is null ? $"{category}|{logLevel}|{text}" : KindOf(logLevel, eventId, state, exception);
        if (limit.IsFirst(kind, times => inner.Log(logLevel, eventId, $"{text} ({times}{reason})", null, static (words, _) => words)))
        {
            inner.Log(logLevel, eventId, state, exception, formatter);
        }
    }

    private static string FirstLine(string text) => text.Split('\n')[0].TrimEnd();

    private string KindOf<TState>(LogLevel level, EventId id, TState state, Exception exception)
    {
        var values = state as IReadOnlyList<KeyValuePair<string, object?>> ?? [];
        var template = values.FirstOrDefault(value => value.Key == Template).Value ?? state;
        var agent = values.FirstOrDefault(value => value.Key.Equals("agent", StringComparison.OrdinalIgnoreCase)).Value;
        var cause = exception.GetBaseException();
        return $"{category}|{level}|{id.Id}|{template}|{agent}|{exception.GetType()}|{cause.GetType()}|{cause.TargetSite?.DeclaringType}.{cause.TargetSite?.Name}";
    }
}
