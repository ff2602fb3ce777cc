namespace Archer.Replay.Sqlite;

/// <summary>Key of table replay_entry: the agent's number above the position, so that an agent's entries lie together in their order.</summary>
internal static class EntryId
{
    private const int PositionBits = 40;
    private const long MaxPosition = (1L << PositionBits) - 1;

    public static long Of(long agent, long position) => (agent << PositionBits) | Math.Clamp(position, 0, MaxPosition);

    public static long Last(long agent) => Of(agent, MaxPosition);

    public static long PositionOf(long id) => id & MaxPosition;
}
