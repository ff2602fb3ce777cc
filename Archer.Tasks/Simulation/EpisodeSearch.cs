using Archer.Client;
using Archer.Client.Conversations;
using Archer.Client.Http;

namespace Archer.Tasks.Simulation;

/// <summary>Finds where an interrupted simulation stopped, with a number of reads that grows with the logarithm of the episodes played.</summary>
internal static class EpisodeSearch
{
    /// <summary>
    /// An episode whose conversation does not exist although the one before does, or the first one. When the first conversations have expired, the
    /// agent's newest ones tell where to look.
    /// </summary>
    public static async Task<long> FirstUnstartedAsync(ArcherClient client, SimulationOptions options, CancellationToken cancellationToken)
    {
        var (started, step) = (options.FirstEpisode, 2L);
        if (!await ExistsAsync(started).ConfigureAwait(false))
        {
            (started, step) = (await FindLastAsync(client, options, cancellationToken).ConfigureAwait(false), 1L);
            if (started < options.FirstEpisode)
            {
                return options.FirstEpisode;
            }
        }
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
            {
                started = middle;
            }
            else
            {
                unstarted = middle;
            }
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

    /// <summary>
    /// The highest episode that the agent's list names. Without one, a run that has no end goes on well beyond the number of the agent's
    /// conversations: an id that was used must not come again as long as the replay buffer may know it.
    /// </summary>
    private static async Task<long> FindLastAsync(ArcherClient client, SimulationOptions options, CancellationToken cancellationToken)
    {
        var query = new ConversationQuery { Limit = ConversationQuery.LargestLimit, Simulated = true };
        long? last = null;
        await foreach (var conversation in client.EnumerateConversationsAsync(options.Agent, query, cancellationToken).ConfigureAwait(false))
        {
            last = options.EpisodeOf(conversation.Id) is { } episode && !(episode <= last) ? episode : last;
        }
        if (last is not null)
        {
            return last.Value;
        }
        if (options.Episodes is not null)
        {
            return options.FirstEpisode - 1;
        }
        var metrics = await client.ReadMetricsAsync(options.Agent, cancellationToken).ConfigureAwait(false);
        return options.FirstEpisode - 1 + (2 * metrics.Conversations);
    }
}
