namespace Archer.Replay.Sqlite;

/// <summary>What became of a conversation's rows.</summary>
internal enum EpisodeStatus
{
    /// <summary>They are held.</summary>
    Held,

    /// <summary>They were evicted, which is remembered for a while: late rows are ignored.</summary>
    Evicted,

    /// <summary>They were erased; the eviction before it, if any, is forgotten.</summary>
    Erased,
}

/// <summary>A row of table replay_episode.</summary>
internal sealed class ReplayEpisodeRow
{
    public required long Id { get; init; }

    public required EpisodeStatus Status { get; set; }

    public required bool Erased { get; set; }

    public required long First { get; set; }

    public required long Last { get; set; }

    /// <summary>Turns held; once erased, how many the erasure removed.</summary>
    public required long Rows { get; set; }

    public bool IsNew { get; set; }

    public bool IsChanged { get; set; }
}
