using Archer.Embedded.Activations;
using Orleans.Runtime;

namespace Orleans;

/// <summary>Base of grain classes: a virtual actor that is activated on its first call and runs one turn at a time.</summary>
public abstract class Grain : IGrainBase, IAddressable
{
    private readonly IGrainContext? _context;

    /// <summary>Takes the activation that is being created on this thread.</summary>
    protected Grain() => _context = Activation.Current;

    /// <inheritdoc/>
    public IGrainContext GrainContext => _context ?? throw new InvalidOperationException(
        $"{GetType().Name} was created outside the grain host: only the host may create grains.");

    /// <summary>A reference to this grain that other grains may hold.</summary>
    public GrainReference GrainReference => GrainContext.GrainReference;

    /// <summary>Type and key as text.</summary>
    public string IdentityString => GrainContext.GrainId.ToString();

    /// <summary>Gets references to other grains.</summary>
    protected IGrainFactory GrainFactory => Activation.Of(this).Silo.Factory;

    /// <summary>The services of this activation.</summary>
    protected IServiceProvider ServiceProvider => GrainContext.ActivationServices;

    /// <summary>Runs before the first call, after the persistent state was read.</summary>
    /// <param name="cancellationToken">Cancelled when activation takes longer than the host allows.</param>
    public virtual Task OnActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Runs after the last call.</summary>
    /// <param name="reason">Why the activation goes away.</param>
    /// <param name="cancellationToken">Cancelled when deactivation takes longer than the host allows.</param>
    public virtual Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Asks the host to deactivate this activation once the call that runs now has finished.</summary>
    protected void DeactivateOnIdle() => GrainBaseExtensions.DeactivateOnIdle(this);

    /// <summary>Keeps idle collection away.</summary>
    /// <param name="timeSpan">For how long; <see cref="TimeSpan.MaxValue"/> for ever; zero or less takes an earlier delay back.</param>
    protected void DelayDeactivation(TimeSpan timeSpan) => Activation.Of(this).DelayDeactivation(timeSpan);
}
