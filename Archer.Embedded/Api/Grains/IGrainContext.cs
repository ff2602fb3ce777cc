namespace Orleans.Runtime;

/// <summary>One activation of a grain, as the grain and the host's extensions see it.</summary>
public interface IGrainContext : IEquatable<IGrainContext>
{
    /// <summary>A reference to the grain.</summary>
    GrainReference GrainReference { get; }

    /// <summary>Type and key of the grain.</summary>
    GrainId GrainId { get; }

    /// <summary>The instance of the grain class; null until it was created.</summary>
    object? GrainInstance { get; }

    /// <summary>Which activation of the grain this is.</summary>
    ActivationId ActivationId { get; }

    /// <summary>The services of this activation.</summary>
    IServiceProvider ActivationServices { get; }

    /// <summary>Completes when the activation is gone.</summary>
    Task Deactivated { get; }

    /// <summary>Starts deactivation: what runs now finishes, what waits goes to the next activation.</summary>
    /// <param name="deactivationReason">Handed to the grain's hook.</param>
    /// <param name="cancellationToken">Cuts the grain's hook short.</param>
    void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default);
}

/// <summary>Tells which activation runs the current turn.</summary>
public interface IGrainContextAccessor
{
    /// <summary>The activation whose turn runs now; null outside of turns.</summary>
    IGrainContext? GrainContext { get; }
}
