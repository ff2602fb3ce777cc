using Archer.Testing.Redis;

namespace Archer.EndToEnd.Tests.Cluster;

/// <summary>
/// A test of several silos as real processes that takes minutes and whose recovery is not yet bounded as it has to be: it runs when ARCHER_CLUSTER_TESTS is 1.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ClusterFactAttribute : FactAttribute
{
    /// <summary>Skips unless it is asked for and there is a redis-server.</summary>
    public ClusterFactAttribute() => Skip = RedisServer.MissingReason
        ?? (Environment.GetEnvironmentVariable("ARCHER_CLUSTER_TESTS") == "1" ? null : "takes minutes: ARCHER_CLUSTER_TESTS=1 runs it");
}
