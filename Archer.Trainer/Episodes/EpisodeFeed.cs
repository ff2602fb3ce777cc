using Archer.Replay;

namespace Archer.Trainer.Episodes;

/// <summary>
/// Tails an agent's replay log into the buffer, entry by entry and no further than asked: what the buffer holds is a function of
/// <see cref="EpisodeBuffer.Position"/>, however fast the log grows.
/// </summary>
/// <param name="store">The replay store.</param>
/// <param name="agent">Whose episodes.</param>
/// <param name="reader">Name under which the position is reported to the store.</param>
/// <param name="buffer">What is filled.</param>
public sealed class EpisodeFeed(IReplayStore store, string agent, string reader, EpisodeBuffer buffer)
{
    private const int ReadAtOnce = 1024;

    private readonly Queue<ReplayEntry> _ahead = new();

    /// <summary>Waits until so many episodes have finished and hands them out, in the order of <see cref="Episode.InTime"/>.</summary>
    public async Task<IReadOnlyList<Episode>> TakeAsync(int count, CancellationToken cancellationToken)
    {
        List<Episode> fresh = [];
        while (fresh.Count < count)
        {
            if (_ahead.Count == 0 && !await ReadAheadAsync(cancellationToken))
            {
                await store.WaitAsync(agent, buffer.Position, cancellationToken);
            }
            else
            {
                TakeNext(fresh);
            }
        }
        await store.ReportReadAsync(agent, reader, buffer.Position, cancellationToken);
        fresh.Sort(Episode.InTime);
        return fresh;
    }

    /// <summary>Reads again what was read before a restart: entries up to a position go to the buffer and nothing is handed out.</summary>
    public async Task ReplayAsync(long through, CancellationToken cancellationToken)
    {
        while (_ahead.Count > 0 || await ReadAheadAsync(cancellationToken))
        {
            if (_ahead.Peek().Position > through)
            {
                return;
            }

            buffer.Take(_ahead.Dequeue());
        }
    }

    /// <summary>One entry that is damaged must not end the learning: what is before it is read, it is passed over.</summary>
    private async Task<bool> ReadAheadAsync(CancellationToken cancellationToken)
    {
        for (var atOnce = ReadAtOnce; ;)
        {
            try
            {
                foreach (var entry in await store.ReadAsync(agent, buffer.Position, atOnce, cancellationToken))
                {
                    _ahead.Enqueue(entry);
                }

                return _ahead.Count > 0;
            }
            catch (ReplayException damage) when (damage.DamagedPosition is not null && atOnce > 1)
            {
                atOnce /= 2;
            }
            catch (ReplayException damage) when (damage.DamagedPosition is { } position && position > buffer.Position)
            {
                buffer.Skip(position);
            }
        }
    }

    /// <summary>A conversation may be erased or revised between its end and the end of the reading.</summary>
    private void TakeNext(List<Episode> fresh)
    {
        var entry = _ahead.Dequeue();
        var touched = entry.ErasedConversation ?? entry.Row?.Key.Conversation;
        if (buffer.Take(entry) is { } finished)
        {
            fresh.Add(finished);
        }
        else if (fresh.FindIndex(episode => episode.Conversation == touched) is >= 0 and var place)
        {
            if (entry.ErasedConversation is not null)
            {
                fresh.RemoveAt(place);
            }
            else
            {
                fresh[place] = buffer.Episodes.FirstOrDefault(episode => episode.Conversation == touched) ?? fresh[place];
            }
        }
    }
}
