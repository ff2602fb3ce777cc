using StackExchange.Redis;

namespace Archer.Replay.Redis;

/// <summary>The names of one agent's keys. The agent is the hash tag: a cluster keeps all of them on one node, as scripts need.</summary>
internal sealed class RedisReplayKeys(string agent)
{
    private readonly string _prefix = $"archer:{{{Uri.EscapeDataString(agent)}}}:";

    /// <summary>In the order in which scripts name them.</summary>
    public RedisKey[] ForScripts() =>
    [
        _prefix + "rows", _prefix + "counters", _prefix + "episodes", _prefix + "erased", _prefix + "evicted", _prefix + "evicted-first",
        _prefix + "readers",
    ];

    public RedisKey Counters => _prefix + "counters";

    /// <summary>Begins the names of the conversations' hashes.</summary>
    public RedisValue ConversationPrefix => _prefix + "conversation:";
}
