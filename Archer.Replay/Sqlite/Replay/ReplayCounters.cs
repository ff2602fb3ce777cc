namespace Archer.Replay.Sqlite;

/// <summary>A row of table replay_agent: counters that are kept, so that nothing is ever counted over.</summary>
internal sealed record ReplayCounters
{
    /// <summary>Number of the agent, the upper part of its entries' ids.</summary>
    public required long Id { get; init; }

    public required long Last { get; set; }

    public required long Rows { get; set; }

    public required long Episodes { get; set; }

    public required long Inserted { get; set; }

    public required long Evicted { get; set; }

    /// <summary>Evictions that are remembered.</summary>
    public required long Remembered { get; set; }

    /// <summary>Largest position that a reader has reported.</summary>
    public required long Seen { get; set; }

    /// <summary>An agent's counters; null when it has no log.</summary>
    public static ReplayCounters? Find(SqliteSession session, string agent) => session.First(
        "SELECT id, last, rows, episodes, inserted, evicted, remembered, seen FROM replay_agent WHERE name = ?1", Read, agent);

    /// <summary>Begins an agent's log.</summary>
    public static ReplayCounters Add(SqliteSession session, string agent)
    {
        session.Execute(
            "INSERT INTO replay_agent (name, last, rows, episodes, inserted, evicted, remembered, seen) VALUES (?1, 0, 0, 0, 0, 0, 0, 0)", agent);
        return Find(session, agent)!;
    }

    public void Save(SqliteSession session) => session.Execute(
        "UPDATE replay_agent SET last = ?2, rows = ?3, episodes = ?4, inserted = ?5, evicted = ?6, remembered = ?7, seen = ?8 WHERE id = ?1",
        Id, Last, Rows, Episodes, Inserted, Evicted, Remembered, Seen);

    public ReplayStatistics ToStatistics() =>
        new() { Rows = Rows, Episodes = Episodes, LastPosition = Last, Inserted = Inserted, Evicted = Evicted };

    private static ReplayCounters Read(SqliteRow row) => new()
    {
        Id = row.GetInt64(0),
        Last = row.GetInt64(1),
        Rows = row.GetInt64(2),
        Episodes = row.GetInt64(3),
        Inserted = row.GetInt64(4),
        Evicted = row.GetInt64(5),
        Remembered = row.GetInt64(6),
        Seen = row.GetInt64(7),
    };
}
