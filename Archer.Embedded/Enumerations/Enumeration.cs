using Archer.Embedded.Activations;
using Archer.Embedded.Copying;
using Orleans.Runtime;

namespace Archer.Embedded.Enumerations;

/// <summary>An enumeration that runs in an activation.</summary>
internal interface IGrainEnumeration : IDisposable
{
    /// <summary>The activation goes away.</summary>
    void Abort();
}

/// <inheritdoc/>
internal sealed class Enumeration<T> : IGrainEnumeration
{
    // A caller that waits longer gets an empty batch and asks again, so that a silent enumeration does not hold the activation.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Activation _activation;
    private readonly Guid _id;
    private readonly CancellationTokenSource _cancelled = new();
    private readonly TaskCompletionSource _aborted = new();
    private readonly IAsyncEnumerator<T> _elements;
    private Task<bool>? _next;

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
    public async Task<Batch<T>> FetchAsync(int maxBatchSize)
    {
        var items = new List<T>(1);
        try
        {
            while (items.Count < maxBatchSize)
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
                    await EndAsync();
                    return new Batch<T>(items, true);
                }

                items.Add(DeepCopy.Of(_elements.Current));
            }
        }
        catch
        {
            _next = null;
            await EndAsync();
            throw;
        }

        return new Batch<T>(items, false);
    }

    /// <summary>Ends the enumeration, in the middle when the caller wants no more.</summary>
    public async Task EndAsync()
    {
        if (_activation.Extras.Enumerations?.Remove(_id) != true)
        {
            return;
        }

        await _cancelled.CancelAsync();
        if (_next is not null)
        {
            // An iterator can be disposed between elements only.
            await ((Task)_next).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        }

        await _elements.DisposeAsync();
        Dispose();
    }

    public void Dispose() => _cancelled.Dispose();

    public void Abort()
    {
        _activation.Extras.Enumerations?.Remove(_id);
        _aborted.TrySetResult();
        _cancelled.Cancel();
    }

    private async Task<bool> WaitAsync(Task<bool> next)
    {
        using var enough = new CancellationTokenSource();
        await Task.WhenAny(next, _aborted.Task, Task.Delay(Patience, _activation.Silo.Time, enough.Token));
        await enough.CancelAsync();
        if (_aborted.Task.IsCompleted && !next.IsCompleted)
        {
            throw new EnumerationAbortedException($"Grain {_activation.GrainId} was deactivated while it enumerated.");
        }

        return next.IsCompleted;
    }
}
