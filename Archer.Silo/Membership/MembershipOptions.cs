namespace Archer.Silo.Membership;

/// <summary>When the silos of a cluster give one of them up. Section <c>Archer:Membership</c>; without <c>Archer:Redis</c> nothing reads it.</summary>
public sealed class MembershipOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = SiloOptions.Section + ":Membership";

    /// <summary>
    /// Longest wait for the answer of a silo that is not known yet, such as one that starts. Where answers are fast the wait, which is also the time between
    /// two probes, shrinks to half of this; where they are slow it grows to twice this. Default: 2 seconds.
    /// </summary>
    public TimeSpan ProbeTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Probes in a row without an answer that make a silo suspect another. The last one goes by way of a third silo. Default: 3.</summary>
    public int MissedProbes { get; set; } = 3;

    /// <summary>Silos that must suspect one before it is dead; never more than half of those that live. Default: 2.</summary>
    public int Votes { get; set; } = 2;
}
