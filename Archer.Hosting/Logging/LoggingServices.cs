namespace Archer.Hosting.Logging;

/// <summary>How a process of the platform logs.</summary>
public static class LoggingServices
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A failure that comes again and again is told in full once, then as one line each ten seconds with a count, until it stayed away for as long.
    /// Where it writes to is unchanged.
    /// </summary>
    public static IServiceCollection LimitRepeatedFailures(this IServiceCollection services) => services.AddSingleton<ILoggerFactory>(provider =>
        new LimitedLoggerFactory(
            ActivatorUtilities.CreateInstance<LoggerFactory>(provider), new RepeatLimit(Interval, provider.GetService<TimeProvider>() ?? TimeProvider.System)));
}
