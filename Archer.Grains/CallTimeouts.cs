namespace Archer.Grains;

/// <summary>
/// How long callers of grains wait. A call that is lost with the silo that passed it on fails only then, and what waits for it stands still that long: the
/// agents of the streams above all, one lost call of which holds up a shard of the transitions.
/// </summary>
public static class CallTimeouts
{
    /// <summary>Calls that wait for the network and storage alone; Orleans' own calls too.</summary>
    public static readonly TimeSpan Default = TimeSpan.FromSeconds(10);

    /// <summary>Calls that wait for a policy server or for the learner, or behind one that does, as <see cref="ResponseTimeoutAttribute"/> takes it.</summary>
    public const string Generation = "00:00:40";

    /// <summary>Longest wait within a call of <see cref="Generation"/>: what takes longer is given up by whoever called, while it goes on.</summary>
    public static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(30);
}
