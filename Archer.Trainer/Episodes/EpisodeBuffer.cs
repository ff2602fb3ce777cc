using Archer.Client.Conversations;
using Archer.Client.Randomness;
using Archer.Replay;

namespace Archer.Trainer.Episodes;

/// <summary>
/// The newest finished episodes, to draw from. It is a function of the replay log up to a position: a restarted learner reads the log again up to
/// where it was, and what the log has forgotten meanwhile it takes from <see cref="BufferMemory"/>.
/// </summary>
/// <param name="capacity">Most episodes held, the oldest leave first.</param>
/// <param name="intake">What enters; null takes everything that the rows allow.</param>
public sealed class EpisodeBuffer(int capacity, EpisodeIntake? intake = null)
{
    private readonly EpisodeAssembler _assembler = new();
    private readonly List<Episode> _episodes = [];
    private readonly FinishedConversations _left = new();
    private readonly HashSet<ulong> _missing = [];
    private readonly EpisodeIntake _intake = intake ?? new EpisodeIntake();

    /// <summary>Episodes held, in the order of <see cref="Episode.InTime"/>.</summary>
    public IReadOnlyList<Episode> Episodes => _episodes;

    /// <summary>Replay position taken up to.</summary>
    public long Position { get; private set; }

    /// <summary>Rows taken so far.</summary>
    public long Rows { get; private set; }

    /// <summary>What is let in, and what was noticed there.</summary>
    public EpisodeIntake Intake => _intake;

    /// <summary>Episodes finished so far, held or not; revisions do not count again.</summary>
    public long Finished { get; private set; }

    /// <summary>Takes the log's next entry; the episode that it finished, or null when there is none or it was known before.</summary>
    public Episode? Take(ReplayEntry entry)
    {
        Position = entry.Position;
        if (entry.ErasedConversation is { } erased)
        {
            _episodes.RemoveAll(episode => episode.Conversation == erased);
        }
        else if (entry.Row!.Split == ReplaySplit.Train)
        {
            Rows++;
        }

        if (entry.Row is { } row && _left.Contains(row.Key.Conversation))
        {
            return null;
        }

        if (entry.Row is { Key.Turn: < 0, Split: ReplaySplit.Train } stray)
        {
            _intake.Drop(stray.Key.Conversation, EpisodeDefect.TurnNumber);
            return null;
        }

        return _assembler.Take(entry) is { } episode ? Add(_intake.Admit(episode)) : null;
    }

    /// <summary>Passes over an entry that cannot be read.</summary>
    public void Skip(long position)
    {
        Position = position;
        _intake.Drop($"of the row at position {position}", EpisodeDefect.DamagedRow);
    }

    /// <summary>Draws <paramref name="count"/> episodes uniformly, without repetition; all of them, in random order, when there are fewer.</summary>
    public Episode[] Sample(int count, ref SplitMix64 random)
    {
        var drawn = _episodes.ToArray();
        var size = Math.Min(count, drawn.Length);
        for (var i = 0; i < size; i++)
        {
            var j = i + random.NextInt(drawn.Length - i);
            (drawn[i], drawn[j]) = (drawn[j], drawn[i]);
        }

        return drawn[..size];
    }

    /// <summary>What has to be kept beside the log, as it is now.</summary>
    public BufferMemory Remember() => new([.. _episodes.Select(Hash)], [.. _left.ToArray()]);

    /// <summary>
    /// After the log was read again: what had left by then leaves, and what was held but has been superseded since is awaited. Its newest revision
    /// takes its place when it comes, and is no new episode.
    /// </summary>
    public void Restore(BufferMemory memory)
    {
        _missing.Clear();
        _missing.UnionWith(memory.Held);
        foreach (var episode in _episodes.ToArray())
        {
            if (_missing.Remove(Hash(episode)))
            {
                continue;
            }

            _assembler.Forget(episode.Conversation);
            _episodes.Remove(episode);
        }

        _left.Restore(memory.Left);
    }

    private static ulong Hash(Episode episode) => ConversationHash.Of(episode.Conversation);

    private Episode? Add(Episode episode)
    {
        var held = _episodes.FindIndex(other => other.Conversation == episode.Conversation);
        if (held >= 0)
        {
            _episodes[held] = episode with { ActedAt = _episodes[held].ActedAt };
            return null;
        }

        // Nearly always the last place, or one of the last.
        _episodes.Insert(~_episodes.BinarySearch(episode, Episode.InTime), episode);
        var known = _missing.Remove(Hash(episode));
        if (!known)
        {
            Finished++;
        }

        if (_episodes.Count > capacity)
        {
            _assembler.Forget(_episodes[0].Conversation);
            _left.Add(_episodes[0].Conversation);
            _episodes.RemoveAt(0);
        }

        return known ? null : episode;
    }
}
