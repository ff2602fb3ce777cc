namespace Archer.Replay.Sqlite;

/// <summary>Pages of the file that hold nothing any more.</summary>
internal static class FreePages
{
    /// <summary>Steps of one call.</summary>
    public const int MaxSteps = 32;

    /// <summary>2 MiB: a step is one commit of about twice that.</summary>
    private const int PagesOfAStep = 256;

    /// <summary>Share of the file that stays free: pages that are given back and taken again cost two writes each.</summary>
    private const int KeptShare = 16;

    /// <summary>Free pages that are not worth a step: 8 MiB.</summary>
    private const long KeptPages = 1024;

    /// <summary>Gives one step's pages back.</summary>
    /// <returns>Pages given back; 0 when few enough are free.</returns>
    public static long GiveBack(SqliteSession session)
    {
        var free = Number(session, "PRAGMA freelist_count");
        var spare = free - Math.Max(KeptPages, Number(session, "PRAGMA page_count") / KeptShare);
        if (spare <= 0)
        {
            return 0;
        }

        session.All($"PRAGMA incremental_vacuum({PagesOfAStep})", _ => 0);
        return free - Number(session, "PRAGMA freelist_count");
    }

    private static long Number(SqliteSession session, string sql) => session.First(sql, row => row.GetInt64(0));
}
