using Microsoft.Extensions.Diagnostics.HealthChecks;
using StackExchange.Redis;

namespace Archer.Silo.Health;

/// <summary>Whether the Redis server that keeps state and replay answers. One that cannot write to its disk refuses a ping too.</summary>
internal sealed class RedisCheck(IConnectionMultiplexer redis) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
    {
        await redis.GetDatabase().PingAsync().WaitAsync(cancellationToken);
        return HealthCheckResult.Healthy();
    }
}
