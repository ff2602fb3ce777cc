namespace Archer.Grains.Storage;

/// <summary>One write in flight: callers that come while it runs share the next one. For grains, whose turns never run side by side.</summary>
internal sealed class CoalescingWriter(Func<Task> write)
{
    private Task? _running;
    private Task? _next;

    /// <summary>Completes when a write that began after this call is done.</summary>
    public Task WriteAsync()
    {
        if (_running is null or { IsCompleted: true })
        {
            return _running = write();
        }

        return _next ??= WriteAfterAsync(_running);
    }

    private async Task WriteAfterAsync(Task running)
    {
        try
        {
            await running;
        }
        catch (Exception)
        {
            // Its own callers get that failure; this write begins afresh.
        }

        _next = null;
        _running = write();
        await _running;
    }
}
