using Archer.Replay.Codec;

namespace Archer.Replay.Sqlite;

/// <summary>What readers ask of the replay tables, a statement each.</summary>
internal static class ReplayReads
{
    public static List<ReplayEntry> After(SqliteSession session, string agent, long after, int maximum) =>
        ReplayCounters.Find(session, agent) is not { } log
            ? []
            : session.All(
                """
                SELECT id, data, checksum,
                    CASE WHEN data IS NULL THEN (SELECT conversation FROM replay_episode WHERE replay_episode.id = episode) END
                FROM replay_entry WHERE id > ?1 AND id <= ?2 ORDER BY id LIMIT ?3
                """,
                ReadEntry,
                EntryId.Of(log.Id, after),
                EntryId.Last(log.Id),
                (long)maximum);

    public static List<ReplayEntry> OfConversation(SqliteSession session, string agent, string conversation) => session.All(
        """
        SELECT replay_entry.id, data, checksum, NULL
        FROM replay_agent
            JOIN replay_episode ON replay_episode.agent = replay_agent.id
            JOIN replay_entry ON replay_entry.episode = replay_episode.id
        WHERE replay_agent.name = ?1 AND conversation = ?2 AND turn IS NOT NULL ORDER BY turn
        """,
        ReadEntry,
        agent,
        conversation);

    private static ReplayEntry ReadEntry(SqliteRow row)
    {
        var position = EntryId.PositionOf(row.GetInt64(0));
        if (row.IsNull(1))
        {
            return new ReplayEntry { Position = position, ErasedConversation = row.GetString(3) };
        }

        var data = row.GetBytes(1);
        try
        {
            Checksum.Check(data, row.GetInt64(2), $"The row at position {position}");
            return new ReplayEntry { Position = position, Row = ReplayRowCodec.Decode(data) };
        }
        catch (Exception damage) when (damage is StorageDamagedException or ReplayException)
        {
            throw new ReplayException($"The row at position {position} cannot be read: {damage.Message}", damage) { DamagedPosition = position };
        }
    }
}
