namespace Archer.Grains.Retention;

/// <summary>Looks for what has expired; one of a cluster, so that silos do not do the same work.</summary>
[Alias("archer.retention-grain")]
internal interface IRetentionGrain : IGrainWithIntegerKey
{
    /// <summary>Looks when nobody has asked for it shortly before.</summary>
    /// <returns>States removed.</returns>
    [ResponseTimeout(CallTimeouts.Generation)]
    Task<int> SweepAsync(CancellationToken cancellationToken = default);
}
