using Orleans.Runtime;

namespace Archer.Embedded.Activations;

/// <summary>The activations of one key of a stateless worker: an idle one takes the next request, another is made while all are busy.</summary>
internal sealed class StatelessWorkers(GrainClass grainClass, IdSpan key, int maxWorkers)
{
    private readonly Lock _lock = new();
    private Activation[] _workers = [];
    private int _next;

    public IReadOnlyList<Activation> All => Volatile.Read(ref _workers);

    public Activation Choose()
    {
        lock (_lock)
        {
            foreach (var worker in _workers)
            {
                if (!worker.IsBusy)
                {
                    return worker;
                }
            }

            if (_workers.Length < maxWorkers)
            {
                var worker = new Activation(grainClass, key);
                Volatile.Write(ref _workers, [.. _workers, worker]);
                return worker;
            }

            return _workers[(_next = (_next + 1) % _workers.Length)];
        }
    }

    public void Remove(Activation activation)
    {
        lock (_lock)
        {
            Volatile.Write(ref _workers, [.. _workers.Where(worker => !ReferenceEquals(worker, activation))]);
        }
    }
}
