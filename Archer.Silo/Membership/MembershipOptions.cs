namespace Archer.Silo.Membership;

/// <summary>When the silos of a cluster give one of them up. Section <c>Archer:Membership</c>; without <c>Archer:Redis</c> nothing reads it.</summary>
public sealed class MembershipOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = SiloOptions.Section + ":Membership";

    /// <summary>
    /// Time between two probes of a silo, and the shortest wait for an answer. Slow answers lengthen the wait, up to four times this. Default: 1 second.
    /// </summary>
    public TimeSpan ProbeTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Probes in a row without an answer that make a silo suspect another. The last one goes by way of a third silo. Default: 2.</summary>
    public int MissedProbes { get; set; } = 2;

    /// <summary>Silos that must suspect one before it is dead; never more than half of those that live. Default: 2.</summary>
    public int Votes { get; set; } = 2;
}
