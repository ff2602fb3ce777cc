using Archer.Silo.Composition;
using Archer.Silo.Data;
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

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var pace = new PeriodicTimer(Period, time);
        while (await pace.WaitForNextTickAsync(stoppingToken))
        {
            if (await FindLossAsync(stoppingToken) is { } loss && !stoppingToken.IsCancellationRequested)
            {
                await Console.Error.WriteLineAsync($"The silo stops: {loss}");
                // An orderly stop would write what is in memory into the emptied server, and wait for minutes for its row of the members.
                Environment.Exit(DataGone);
            }
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

            var isMember = !SiloActivity.IsActive(services) || (await members.ReadRowAsync(silo.SiloAddress, cancellationToken)).Members.Count > 0;
            return isMember || !SiloActivity.IsActive(services) || cancellationToken.IsCancellationRequested
                ? null
                : "its row is missing from the cluster's members in Redis. Start it again: it joins as a new member.";
        }
        catch (Exception failure) when (failure is RedisException or TimeoutException or OperationCanceledException)
        {
            return null;
        }
    }
}
