using Orleans;
using Orleans.Runtime;

namespace Archer.Embedded.Activations;

/// <summary>One activation of a grain.</summary>
internal abstract class Activation : TaskScheduler, IGrainContext
{
    public new static Activation? Current => TaskScheduler.Current as Activation;

    public abstract GrainReference GrainReference { get; }
    public abstract GrainId GrainId { get; }
    public abstract object? GrainInstance { get; }
    public abstract ActivationId ActivationId { get; }
    public abstract IServiceProvider ActivationServices { get; }
    public abstract Task Deactivated { get; }

    public static Activation Of(IGrainBase grain) => (Activation)grain.GrainContext;

    public abstract void DelayDeactivation(TimeSpan time);
    public abstract void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default);
    public bool Equals(IGrainContext? other) => ReferenceEquals(this, other);
}
