namespace Archer.Hosting.Logging;

/// <summary>Makes loggers that count repeated failures: a full disk fails every write, and would fill the log with one stack trace.</summary>
internal sealed class LimitedLoggerFactory(ILoggerFactory inner, RepeatLimit limit) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => new LimitedLogger(inner.CreateLogger(categoryName), categoryName, limit);

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    public void Dispose()
    {
        limit.Dispose();
        inner.Dispose();
    }
}
