using Archer.Silo.Composition;
using Archer.Silo.Data;
using Orleans.Clustering.Redis;
using StackExchange.Redis;

namespace Archer.Silo.Membership;

/// <summary>
/// Ends the process when the data that it runs on is gone: Redis was emptied or replaced under it. The runtime itself would go on, with members that nobody
/// can read any more and grains whose state is not there. A Redis that does not answer is none of this: it comes back.
/// </summary>
internal sealed class ClusterWatch(RedisLayout layout, IMembershipTable members, ILocalSiloDetails silo, IServiceProvider services, TimeProvider time) : BackgroundService
{
    /// <summary>Exit code of a process whose data has gone.</summary>
    public const int DataGone = 3;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var pace = new PeriodicTimer(Period, time);
        string? before = null;
        while (await pace.WaitForNextTickAsync(stoppingToken))
        {
            var loss = await FindLossAsync(stoppingToken);
            if (loss is not null && before is not null && !stoppingToken.IsCancellationRequested)
            {
                await Console.Error.WriteLineAsync($"The silo stops: {loss}");
                // An orderly stop would write what is in memory into the emptied server, and wait for minutes for its row of the members.
                Environment.Exit(DataGone);
            }

            before = loss;
        }
    }

    private async Task<string?> FindLossAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await layout.FindLossAsync() is { } loss)
            {
                return loss;
            }

            if (!SiloActivity.IsActive(services))
            {
                return null;
            }

            var row = await members.ReadRowAsync(silo.SiloAddress, cancellationToken);
            return row.Members.Count > 0 ? null : "its row is missing from the cluster's members in Redis. Start it again: it joins as a new member.";
        }
        catch (RedisClusteringException unreadable)
        {
            return $"the cluster's members cannot be read from Redis ({unreadable.Message}). Start every silo again: they join as new members.";
        }
        catch (Exception failure) when (failure is RedisException or TimeoutException or OperationCanceledException)
        {
            return null;
        }
    }
}
