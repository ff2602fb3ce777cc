namespace Archer.Grains.Storage;

/// <summary>One write in flight: callers that come while it runs share the next one. For grains, whose turns never run side by side.</summary>
internal sealed class CoalescingWriter(Func<Task> write)
{
    private Task _running = Task.CompletedTask;
    private Task? _next;

    /// <summary>Completes when a write that began after this call is done.</summary>
    public Task WriteAsync()
    {
        if (_next is not null)
        {
            // It waits for its turn, perhaps with the write before it just over: a write begun here would run beside it.
            return _next;
        }

        return _running.IsCompleted ? _running = write() : _next = WriteAfterAsync(_running);
    }

    private async Task WriteAfterAsync(Task running)
    {
        // Its own callers get that write's failure; this one begins afresh.
        await running.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        _next = null;
        _running = write();
        await _running;
    }
}
