using Archer.Client.Http;

namespace Archer.Client.Simulation;

/// <summary>Finds where an interrupted simulation stopped, with a number of reads that grows with the logarithm of the episodes played.</summary>
internal static class EpisodeSearch
{
    /// <summary>An episode whose conversation does not exist although the one before does, or the first one.</summary>
    public static async Task<long> FirstUnstartedAsync(ArcherClient client, SimulationOptions options, CancellationToken cancellationToken)
    {
        var started = options.FirstEpisode - 1;
        var step = 1L;
        while (await ExistsAsync(started + step).ConfigureAwait(false))
        {
            started += step;
            step *= 2;
        }
        var unstarted = started + step;
        while (unstarted - started > 1)
        {
            var middle = started + (unstarted - started) / 2;
            if (await ExistsAsync(middle).ConfigureAwait(false))
                started = middle;
            else
                unstarted = middle;
        }
        return unstarted;

        async Task<bool> ExistsAsync(long episode)
        {
            try
            {
                await client.ReadAsync(options.ConversationId(episode), cancellationToken).ConfigureAwait(false);
                return true;
            }
            catch (ArcherApiException refusal) when (refusal.ProblemType == ProblemTypes.ConversationNotFound)
            {
                return false;
            }
        }
    }
}
