using Orleans.Runtime;

namespace Orleans.Runtime
{
    /// <summary>Something a call can be addressed to.</summary>
    public interface IAddressable;
}

namespace Orleans
{
    /// <summary>Marks the interfaces of grains.</summary>
    public interface IGrain : IAddressable;

    /// <summary>A grain whose key is a string.</summary>
    public interface IGrainWithStringKey : IGrain;

    /// <summary>A grain whose key is a <see cref="Guid"/>.</summary>
    public interface IGrainWithGuidKey : IGrain;

    /// <summary>A grain whose key is a <see cref="long"/>.</summary>
    public interface IGrainWithIntegerKey : IGrain;

    /// <summary>A grain whose key is a <see cref="Guid"/> and a string.</summary>
    public interface IGrainWithGuidCompoundKey : IGrain;

    /// <summary>A grain whose key is a <see cref="long"/> and a string.</summary>
    public interface IGrainWithIntegerCompoundKey : IGrain;

    /// <summary>What a grain class implements: directly, or by deriving from <see cref="Grain"/>.</summary>
    public interface IGrainBase
    {
        /// <summary>The activation this instance lives in.</summary>
        IGrainContext GrainContext { get; }

        /// <summary>Runs before the first call.</summary>
        /// <param name="token">Cancelled when activation takes longer than the host allows.</param>
        Task OnActivateAsync(CancellationToken token) => Task.CompletedTask;

        /// <summary>Runs after the last call.</summary>
        /// <param name="reason">Why the activation goes away.</param>
        /// <param name="token">Cancelled when deactivation takes longer than the host allows.</param>
        Task OnDeactivateAsync(DeactivationReason reason, CancellationToken token) => Task.CompletedTask;
    }
}
