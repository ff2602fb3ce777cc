namespace Archer.Silo;

/// <summary>Lets a background service wait until the process answers requests.</summary>
internal static class ApplicationStart
{
    /// <summary>True when the application has started, false when it stops before.</summary>
    public static async Task<bool> HasStartedAsync(this IHostApplicationLifetime lifetime, CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var start = lifetime.ApplicationStarted.Register(() => started.TrySetResult(true));
        await using var stop = stoppingToken.Register(() => started.TrySetResult(false));
        return await started.Task;
    }
}
