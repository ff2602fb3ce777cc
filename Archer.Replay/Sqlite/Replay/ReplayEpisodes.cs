namespace Archer.Replay.Sqlite;

/// <summary>One agent's episodes inside a write: read once, written once.</summary>
internal sealed class ReplayEpisodes(SqliteSession session, long agent)
{
    private const string Columns = "id, status, erased, first, last, rows";
    private readonly Dictionary<string, ReplayEpisodeRow?> _known = new(StringComparer.Ordinal);

    /// <summary>A conversation's episode; null when nothing is known of it.</summary>
    public ReplayEpisodeRow? Find(string conversation)
    {
        if (!_known.TryGetValue(conversation, out var row))
        {
            row = session.First(
                $"SELECT {Columns} FROM replay_episode WHERE agent = ?1 AND conversation = ?2", Read, agent, conversation);
            _known[conversation] = row;
        }

        return row;
    }

    /// <summary>Begins an episode.</summary>
    public ReplayEpisodeRow Add(string conversation, EpisodeStatus status, long first, long last)
    {
        var id = session.First(
            "INSERT INTO replay_episode (agent, conversation, status, erased, first, last, rows) VALUES (?1, ?2, ?3, 0, ?4, ?5, 0) RETURNING id",
            row => row.GetInt64(0),
            agent,
            conversation,
            (long)status,
            first,
            last);
        var added = new ReplayEpisodeRow { Id = id, Status = status, Erased = false, First = first, Last = last, Rows = 0, IsNew = true };
        return _known[conversation] = added;
    }

    /// <summary>The episode of a status whose last row is oldest. Changes must be saved before.</summary>
    public ReplayEpisodeRow? Oldest(EpisodeStatus status) => session.First(
        $"SELECT {Columns} FROM replay_episode WHERE agent = ?1 AND status = ?2 ORDER BY last LIMIT 1", Read, agent, (long)status);

    /// <summary>Forgets an episode, as if it had never been.</summary>
    public void Remove(ReplayEpisodeRow episode) => session.Execute("DELETE FROM replay_episode WHERE id = ?1", episode.Id);

    /// <summary>Writes what was changed since the last time.</summary>
    public void Save()
    {
        foreach (var episode in _known.Values)
        {
            if (episode is { IsChanged: true })
            {
                Save(episode);
            }
        }

        // An eviction may change any of them.
        _known.Clear();
    }

    public void Save(ReplayEpisodeRow episode)
    {
        session.Execute(
            "UPDATE replay_episode SET status = ?2, erased = ?3, first = ?4, last = ?5, rows = ?6 WHERE id = ?1",
            episode.Id,
            (long)episode.Status,
            episode.Erased ? 1L : 0L,
            episode.First,
            episode.Last,
            episode.Rows);
        episode.IsChanged = false;
    }

    private static ReplayEpisodeRow Read(SqliteRow row) => new()
    {
        Id = row.GetInt64(0),
        Status = (EpisodeStatus)row.GetInt32(1),
        Erased = row.GetInt64(2) != 0,
        First = row.GetInt64(3),
        Last = row.GetInt64(4),
        Rows = row.GetInt64(5),
    };
}
