namespace Archer.Embedded.Activations;

/// <summary>Where an activation is in its life.</summary>
internal enum ActivationState : byte
{
    /// <summary>In the directory, nothing else.</summary>
    Created,

    /// <summary>Instance, state and hook are under way: requests wait.</summary>
    Activating,

    /// <summary>Requests run.</summary>
    Active,

    /// <summary>The hook is under way: requests wait.</summary>
    Deactivating,

    /// <summary>Out of the directory: requests are sent on to the next activation.</summary>
    Gone,
}
