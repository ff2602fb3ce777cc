using Archer.Embedded.Hosting;
using Orleans;
using Orleans.Runtime;

namespace Archer.Embedded.Activations;

/// <summary>
/// One activation of a grain: a mailbox that runs one turn at a time, and the task scheduler of these turns, so that everything
/// after an await in grain code comes back here. Small on purpose: whatever most activations do not need is in <see cref="ActivationExtras"/>.
/// </summary>
internal sealed partial class Activation(GrainClass grainClass, IdSpan key) : TaskScheduler, IThreadPoolWorkItem, IGrainContext
{
    private ActivationExtras? _extras;
    private object? _instance;

    /// <summary>The activation whose turn runs on this thread; null outside of turns.</summary>
    public static new Activation? Current => TaskScheduler.Current as Activation;

    public GrainClass Class { get; } = grainClass;

    public IdSpan Key { get; } = key;

    public Silo Silo => Class.Silo;

    /// <summary>Made while the silo was stopping already.</summary>
    public bool IsLate { get; } = grainClass.Silo.IsStopping;

    public GrainId GrainId => new(Class.GrainType, Key);

    public GrainReference GrainReference => new(Class.Untyped, Key);

    public object? GrainInstance => _instance;

    public ActivationId ActivationId => Extras.Id;

    public IServiceProvider ActivationServices => Extras.Scope(Silo.Services);

    public Task Deactivated
    {
        get
        {
            // Whoever asks may come when it is all over.
            var gone = Extras.Gone;
            Interlocked.MemoryBarrier();
            if (_state == ActivationState.Gone)
            {
                gone.TrySetResult();
            }

            return gone.Task;
        }
    }

    /// <summary>What only some activations need, made when first asked for. In turns only, but for <see cref="Deactivated"/>.</summary>
    public ActivationExtras Extras => Volatile.Read(ref _extras)
        ?? Interlocked.CompareExchange(ref _extras, new ActivationExtras(), null) ?? _extras;

    /// <summary>The extras, if anybody asked for them.</summary>
    public ActivationExtras? ExtrasOrNull => _extras;

    /// <summary>The activation of a grain instance.</summary>
    /// <exception cref="InvalidOperationException">It does not live in this host.</exception>
    public static Activation Of(IGrainBase grain) => grain.GrainContext as Activation
        ?? throw new InvalidOperationException($"{grain.GetType().Name} does not live in the embedded host.");

    public bool Equals(IGrainContext? other) => ReferenceEquals(this, other);

    public override string ToString() => GrainId.ToString();
}
