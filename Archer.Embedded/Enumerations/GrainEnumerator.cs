using Archer.Embedded.Calls;
using Orleans.Runtime;

namespace Archer.Embedded.Enumerations;

/// <summary>The caller's side of an enumeration: fetches batches from the grain.</summary>
internal sealed class GrainEnumerator<T>(
    GrainReference target, EnumerableCall<T> call, GrainMethod method, int maxBatchSize, CancellationToken token) : IAsyncEnumerator<T>
{
    private readonly Guid _id = Guid.NewGuid();
    private readonly CancellationTokenSource _caller = CancellationTokenSource.CreateLinkedTokenSource(token, call.CallerToken);
    private Batch<T> _batch = Batch<T>.Nothing;
    private int _index = -1;
    private bool _started;

    public T Current => _batch.Items[_index];

    public ValueTask<bool> MoveNextAsync() => ++_index < _batch.Items.Count ? new(true) : new(FetchAsync());

    public async ValueTask DisposeAsync()
    {
        if (_started && !_batch.IsLast)
        {
            await Send(new EndRequest<T>(_id));
        }

        _caller.Dispose();
    }

    private async Task<bool> FetchAsync()
    {
        _index = 0;
        while (!_batch.IsLast)
        {
            _caller.Token.ThrowIfCancellationRequested();
            var fetch = new FetchRequest<T>(_id, _started ? null : call, method, maxBatchSize, _caller.Token);
            _started = true;
            try
            {
                _batch = await Send(fetch).WaitAsync(_caller.Token);
            }
            catch (OperationCanceledException) when (!_caller.IsCancellationRequested)
            {
                _batch = Batch<T>.End;
                throw;
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                _batch = Batch<T>.End;
                throw;
            }

            if (_batch.Items.Count > 0)
            {
                return true;
            }
        }

        _batch = Batch<T>.End;
        return false;
    }

    private Task<Batch<T>> Send(EnumerationRequest<T> request)
    {
        request.Context = RequestContext.Values.Value;
        target.Target.Class.Send(target.Key, request);
        return request.Response;
    }
}

/// <summary>Elements that travel together. Empty and not last: nothing came for a while, ask again.</summary>
internal sealed record Batch<T>(IReadOnlyList<T> Items, bool IsLast)
{
    public static readonly Batch<T> Nothing = new([], false);

    public static readonly Batch<T> End = new([], true);
}
