using Archer.Embedded.Activations;
using Archer.Embedded.Copying;
using Orleans.Runtime;

namespace Archer.Embedded.Enumerations;

/// <summary>An enumeration that runs in an activation.</summary>
internal interface IGrainEnumeration : IDisposable
{
    /// <summary>The activation goes away: no more elements after those that a caller waits for now.</summary>
    /// <param name="grace">How long that caller may go on waiting.</param>
    void Abort(TimeSpan grace);

    /// <summary>Ends the enumeration: cancels its token and disposes it, as soon as it stands between two elements.</summary>
    Task EndAsync();
}

/// <inheritdoc/>
internal sealed class Enumeration<T> : IGrainEnumeration
{
    // A caller that waits longer gets an empty batch and asks again, so that a silent enumeration does not hold the activation. One that wants
    // no more waits no longer for an iterator that does not listen to its token.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Activation _activation;
    private readonly Guid _id;
    private readonly CancellationTokenSource _cancelled = new();
    private readonly TaskCompletionSource _cutOff = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IAsyncEnumerator<T> _elements;
    private Task<bool>? _next;
    private Task<Batch<T>>? _fetch;
    private Task? _end;
    private bool _ending;
    private bool _leaving;

    private Enumeration(Activation activation, Guid id, EnumerableCall<T> call)
    {
        _activation = activation;
        _id = id;
        call.CalleeToken = _cancelled.Token;
        _elements = call.Call(activation.GrainInstance!).GetAsyncEnumerator(_cancelled.Token);
    }

    public static Enumeration<T> Start(Activation activation, Guid id, EnumerableCall<T> call)
    {
        var enumeration = new Enumeration<T>(activation, id, call);
        (activation.Extras.Enumerations ??= [])[id] = enumeration;
        return enumeration;
    }

    /// <summary>Waits for an element, then takes as many more as are there already.</summary>
    public Task<Batch<T>> FetchAsync(int maxBatchSize) =>
        _leaving || _ending ? Task.FromException<Batch<T>>(Aborted()) : _fetch = FetchBatchAsync(maxBatchSize);

    /// <summary>Ends the enumeration for its caller, who does not wait for ever.</summary>
    public Task EndForCallerAsync() => Quietly(Task.WhenAny(EndAsync(), _cutOff.Task).WaitAsync(Patience, _activation.Silo.Time));

    public Task EndAsync()
    {
        if (!_ending)
        {
            _ending = true;
            _end = EndBetweenElementsAsync();
        }

        return _end ?? Task.CompletedTask;
    }

    public void Abort(TimeSpan grace)
    {
        var isWaited = _leaving;
        _leaving = true;
        if (grace == TimeSpan.Zero || _fetch is null or { IsCompleted: true })
        {
            CutOff();
        }
        else if (!isWaited)
        {
            _ = CutOffAfterAsync(grace);
        }
    }

    public void Dispose() => _cancelled.Dispose();

    private async Task<Batch<T>> FetchBatchAsync(int maxBatchSize)
    {
        var items = new List<T>(1);
        try
        {
            while (items.Count < maxBatchSize && !_ending)
            {
                _next ??= _elements.MoveNextAsync().AsTask();
                if (items.Count > 0 && !_next.IsCompletedSuccessfully)
                {
                    break;
                }

                if (!_next.IsCompleted && !await WaitAsync(_next))
                {
                    break;
                }

                var more = await _next;
                _next = null;
                if (!more)
                {
                    await EndAfterLastAsync();
                    return new Batch<T>(items, true);
                }

                items.Add(DeepCopy.Of(_elements.Current));
            }
        }
        catch
        {
            if (_next is not { IsCompleted: false })
            {
                _next = null;
                await EndAfterLastAsync();
            }

            throw;
        }

        return new Batch<T>(items, false);
    }

    private async Task<bool> WaitAsync(Task<bool> next)
    {
        using var enough = new CancellationTokenSource();
        await Task.WhenAny(next, _cutOff.Task, Task.Delay(Patience, _activation.Silo.Time, enough.Token));
        await enough.CancelAsync();

        // Whatever came after the cut is the work of the cancelled token: an end would look like all there is.
        return _cutOff.Task.IsCompleted ? throw Aborted() : next.IsCompleted;
    }

    private async Task CutOffAfterAsync(TimeSpan grace)
    {
        await Quietly(_fetch!.WaitAsync(grace, _activation.Silo.Time));
        CutOff();
    }

    private void CutOff()
    {
        _cutOff.TrySetResult();
        _ = EndAsync();
    }

    private Task EndAfterLastAsync()
    {
        if (_ending)
        {
            return Task.CompletedTask;
        }

        _ending = true;
        Cancel();
        _end = DisposeElementsAsync();
        return Task.WhenAny(_end, _cutOff.Task);
    }

    private async Task EndBetweenElementsAsync()
    {
        Cancel();

        // An iterator can be disposed between elements only, when nobody looks at its current one.
        await Quietly(_fetch);
        await Quietly(_next);
        await DisposeElementsAsync();
    }

    private async Task DisposeElementsAsync()
    {
        try
        {
            await _elements.DisposeAsync();
        }
        catch (Exception exception)
        {
            // Host boundary: whatever the end of an iterator throws has no caller any more.
            _activation.ReportEnumerationFailure(exception);
        }

        _activation.Extras.Enumerations?.Remove(_id);
        Dispose();
    }

    private void Cancel()
    {
        try
        {
            _cancelled.Cancel();
        }
        catch (AggregateException exception)
        {
            // Host boundary: a callback of the grain failed.
            _activation.ReportCallbackFailure(exception);
        }
    }

    private static async Task Quietly(Task? task)
    {
        if (task is not null)
        {
            await task.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private EnumerationAbortedException Aborted() => new($"Grain {_activation.GrainId} was deactivated while it enumerated.");
}
