namespace Archer.Replay.Sqlite;

/// <summary>One agent's log inside a write: what <see cref="IReplayStore"/> promises, as statements.</summary>
internal sealed class ReplayLog
{
    private readonly SqliteSession _session;
    private readonly ReplayCounters _counters;
    private readonly ReplayEpisodes _episodes;
    private readonly long _capacity;

    private ReplayLog(SqliteSession session, ReplayCounters counters, long capacity)
    {
        (_session, _counters, _capacity) = (session, counters, capacity);
        _episodes = new ReplayEpisodes(session, counters.Id);
    }

    public static ReplayLog Open(SqliteSession session, string agent, long capacity) =>
        new(session, ReplayCounters.Find(session, agent) ?? ReplayCounters.Add(session, agent), capacity);

    public ReplayAppendResult Append(EncodedRow[] rows)
    {
        var before = _counters.Inserted;
        var positions = new long[rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            positions[i] = Append(rows[i]);
        }

        var added = (int)(_counters.Inserted - before);
        if (added > 0)
        {
            Finish();
        }

        return new ReplayAppendResult(added, rows.Length - added, _counters.Last) { Positions = [.. positions] };
    }

    public long ReportRead(long position)
    {
        if (position > _counters.Seen)
        {
            _counters.Seen = position;
            Finish();
        }

        return _counters.Seen;
    }

    public ReplayErasure Erase(string conversation)
    {
        var episode = _episodes.Find(conversation) ?? _episodes.Add(conversation, EpisodeStatus.Erased, first: 0, last: 0);
        if (!episode.Erased)
        {
            if (episode.Status == EpisodeStatus.Held)
            {
                Drop(episode);
                episode.Status = EpisodeStatus.Erased;
            }

            (episode.Erased, episode.IsChanged) = (true, true);
            _counters.Last++;
            _session.Execute("INSERT INTO replay_entry (id, episode) VALUES (?1, ?2)", EntryId.Of(_counters.Id, _counters.Last), episode.Id);
            _episodes.Save();
            _counters.Save(_session);
        }

        return new ReplayErasure((int)episode.Rows, episode.First, episode.Last);
    }

    /// <summary>Returns the row's position, 0 when a later revision or nothing of its conversation is held.</summary>
    private long Append(EncodedRow row)
    {
        var episode = _episodes.Find(row.Key.Conversation);
        if (episode is { Status: not EpisodeStatus.Held })
        {
            return 0;
        }

        var position = _counters.Last + 1;
        if (episode is null)
        {
            episode = _episodes.Add(row.Key.Conversation, EpisodeStatus.Held, position, position);
            _counters.Episodes++;
        }

        // A conversation that begins with this row has no other: one look less.
        var known = episode is { IsNew: true, Rows: 0 } ? default : FindTurn(episode, row.Key.Turn);
        if (known.Id != 0 && known.Revision >= row.Key.Revision)
        {
            return known.Revision == row.Key.Revision ? EntryId.PositionOf(known.Id) : 0;
        }

        Replace(episode, known.Id, row, position);
        return position;
    }

    private (long Id, int Revision) FindTurn(ReplayEpisodeRow episode, int turn) => _session.First(
        "SELECT id, revision FROM replay_entry WHERE episode = ?1 AND turn = ?2",
        row => (row.GetInt64(0), row.GetInt32(1)),
        episode.Id,
        (long)turn);

    private void Replace(ReplayEpisodeRow episode, long former, EncodedRow row, long position)
    {
        if (former != 0)
        {
            _session.Execute("DELETE FROM replay_entry WHERE id = ?1", former);
        }
        else
        {
            episode.Rows++;
            _counters.Rows++;
        }

        _session.Execute(
            "INSERT INTO replay_entry (id, episode, turn, revision, data, checksum) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            EntryId.Of(_counters.Id, position),
            episode.Id,
            (long)row.Key.Turn,
            (long)row.Key.Revision,
            row.Data,
            (long)row.Checksum);
        (episode.Last, episode.IsChanged) = (position, true);
        _counters.Last = position;
        _counters.Inserted++;
    }

    private void Finish()
    {
        _episodes.Save();
        EvictOverflow();
        _counters.Save(_session);
    }

    /// <summary>The newest episode always stays: the entry at the last position is there for whoever waits for it.</summary>
    private void EvictOverflow()
    {
        while (_counters.Rows > _capacity && _counters.Episodes > 1
            && _episodes.Oldest(EpisodeStatus.Held) is { } oldest
            && (oldest.Last <= _counters.Seen || _counters.Rows > 2 * _capacity))
        {
            _counters.Evicted += oldest.Rows;
            Drop(oldest);
            (oldest.Status, oldest.Rows) = (EpisodeStatus.Evicted, 0);
            _episodes.Save(oldest);
            _counters.Remembered++;
        }

        while (_counters.Remembered > _capacity && _episodes.Oldest(EpisodeStatus.Evicted) is { } forgotten)
        {
            Forget(forgotten);
            _counters.Remembered--;
        }
    }

    private void Forget(ReplayEpisodeRow evicted)
    {
        if (evicted.Erased)
        {
            // Its tombstone keeps it out for ever.
            evicted.Status = EpisodeStatus.Erased;
            _episodes.Save(evicted);
        }
        else
        {
            _episodes.Remove(evicted);
        }
    }

    private void Drop(ReplayEpisodeRow episode)
    {
        _session.Execute("DELETE FROM replay_entry WHERE episode = ?1", episode.Id);
        _counters.Rows -= episode.Rows;
        _counters.Episodes--;
    }
}
