using Archer.Client.Conversations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Storage;

namespace Archer.Grains.Retention;

/// <summary>
/// Ended conversations as they are stored, for as long as they are kept: each end and each late reward is written before it is answered. None is
/// activated, so that reading all of them costs no memory.
/// </summary>
public sealed class RetainedConversations(
    IRetainedStates states, [FromKeyedServices(StorageNames.State)] IGrainStorage storage, IOptions<RetentionOptions> options, TimeProvider time)
{
    /// <summary>States that are read for one page, whether they are chosen or not.</summary>
    private const int MaxRead = 2_000;

    /// <summary>A page with so many turns is not made longer.</summary>
    private const int MaxTurns = 2_000;

    private const int Batch = 64;

    /// <summary>A page of an agent's conversations, newest end first.</summary>
    /// <exception cref="Archer.Client.InvalidRequestException">The cursor is none of ours.</exception>
    public async Task<EndedConversationPage> ListAsync(string agent, EndedConversationQuery query, CancellationToken cancellationToken)
    {
        var place = query.Before is null ? (RetainedPlace?)null : RetainedPlace.Parse(query.Before);
        var chosen = new List<ConversationView>();
        var (read, turns) = (0, 0);
        while (await NextAsync(query.Simulated, place, cancellationToken) is { Count: > 0 } batch)
        {
            read += batch.Count;
            foreach (var (next, view) in batch.Zip(await Task.WhenAll(batch.Select(ReadAsync))))
            {
                place = next;
                if (view is null || view.Agent != agent || (query.Split is { } split && view.Split != split))
                {
                    continue;
                }

                chosen.Add(view);
                turns += view.Turns.Length;
                if (chosen.Count == query.Limit || turns >= MaxTurns)
                {
                    return Page();
                }
            }

            if (read >= MaxRead)
            {
                return Page();
            }
        }

        place = null;
        return Page();

        EndedConversationPage Page() => new() { Conversations = [.. chosen], Before = place?.ToString() };
    }

    /// <summary>The next places of both kinds, or of one.</summary>
    private async Task<IReadOnlyList<RetainedPlace>> NextAsync(bool? simulated, RetainedPlace? before, CancellationToken cancellationToken)
    {
        var real = simulated == true ? [] : await states.ListAsync(RetentionKind.Real, before, Batch, cancellationToken);
        var programs = simulated == false ? [] : await states.ListAsync(RetentionKind.Simulated, before, Batch, cancellationToken);
        return [.. real.Concat(programs).OrderDescending().Take(Batch)];
    }

    /// <summary>Null when it is gone, erased or expired.</summary>
    private async Task<ConversationView?> ReadAsync(RetainedPlace place)
    {
        var view = await ConversationRecords.ReadEndedAsync(storage, ConversationRecords.IdOf(place.Conversation));
        return view?.EndedAt is { } endedAt && !options.Value.HasExpired(view.Simulated ? RetentionKind.Simulated : RetentionKind.Real, endedAt, time.GetUtcNow())
            ? view
            : null;
    }
}
