namespace Archer.Replay.Redis;

/// <summary>
/// The scripts of <see cref="RedisReplayStore"/>. Each is one atomic step of the server and finds the agent's keys in the same order:
/// rows (stream of entries, id = position-0), counters (hash), episodes (sorted set by last position), erased (hash to position:rows:first:last), evicted
/// (sorted set by last position), first positions of the evicted (hash), readers (hash to position). A conversation has a hash of its own,
/// named by the prefix in ARGV[1]: turn to "revision:position", and "first".
/// </summary>
internal static class RedisReplayScripts
{
    private const string Names =
        """
        local rows, counters, episodes, erased, evicted, evictedFirst, readers = unpack(KEYS)
        local prefix = ARGV[1]
        local function text(number) return string.format('%.0f', number) end
        local function count(name) return tonumber(redis.call('HGET', counters, name) or '0') end
        local function split(known)
            local revision, position = string.match(known, '^(-?%d+):(%d+)$')
            return tonumber(revision), position
        end
        -- Removes a conversation's rows; returns how many there were and the first position.
        local function drop(conversation)
            local removed, first = 0, '0'
            local fields = redis.call('HGETALL', prefix .. conversation)
            for i = 1, #fields, 2 do
                if fields[i] == 'first' then
                    first = fields[i + 1]
                else
                    local _, position = split(fields[i + 1])
                    redis.call('XDEL', rows, position .. '-0')
                    removed = removed + 1
                end
            end
            redis.call('DEL', prefix .. conversation)
            redis.call('ZREM', episodes, conversation)
            redis.call('HINCRBY', counters, 'rows', text(0 - removed))
            return removed, first
        end

        """;

    private const string EvictOverflow =
        """
        local function evictOverflow(capacity)
            local held = count('rows')
            if held <= capacity then return end
            local seen = 0
            for _, position in ipairs(redis.call('HVALS', readers)) do seen = math.max(seen, tonumber(position)) end
            while held > capacity and redis.call('ZCARD', episodes) > 1 do
                local oldest = redis.call('ZRANGE', episodes, 0, 0, 'WITHSCORES')
                local conversation, last = oldest[1], tonumber(oldest[2])
                if last > seen and held <= 2 * capacity then break end
                local removed, first = drop(conversation)
                held = held - removed
                redis.call('HINCRBY', counters, 'evicted', removed)
                redis.call('ZADD', evicted, oldest[2], conversation)
                redis.call('HSET', evictedFirst, conversation, first)
            end
            while redis.call('ZCARD', evicted) > capacity do
                redis.call('HDEL', evictedFirst, redis.call('ZPOPMIN', evicted)[1])
            end
        end

        """;

    /// <summary>ARGV: prefix, capacity, then conversation, turn, revision and bytes of each row. Returns added, last position, position of each row.</summary>
    public const string Append = Names + EvictOverflow +
        """
        local last, added = count('last'), 0
        local positions = {}
        for i = 3, #ARGV, 4 do
            local conversation, turn, revision = ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 2])
            local key = prefix .. conversation
            local known = redis.call('HGET', key, turn)
            local knownRevision, knownPosition
            if known then knownRevision, knownPosition = split(known) end
            if not (known and knownRevision >= revision)
                and redis.call('HEXISTS', erased, conversation) == 0
                and not redis.call('ZSCORE', evicted, conversation) then
                last = last + 1
                added = added + 1
                if known then
                    redis.call('XDEL', rows, knownPosition .. '-0')
                else
                    redis.call('HINCRBY', counters, 'rows', 1)
                end
                redis.call('XADD', rows, text(last) .. '-0', 'row', ARGV[i + 3])
                redis.call('HSET', key, turn, ARGV[i + 2] .. ':' .. text(last))
                redis.call('HSETNX', key, 'first', text(last))
                redis.call('ZADD', episodes, text(last), conversation)
                positions[#positions + 1] = last
            elseif known and knownRevision == revision then
                positions[#positions + 1] = tonumber(knownPosition)
            else
                positions[#positions + 1] = 0
            end
        end
        if added > 0 then
            redis.call('HSET', counters, 'last', text(last))
            redis.call('HINCRBY', counters, 'inserted', added)
            evictOverflow(tonumber(ARGV[2]))
        end
        return {added, last, positions}
        """;

    /// <summary>ARGV: prefix, capacity, reader, position.</summary>
    public const string ReportRead = Names + EvictOverflow +
        """
        if tonumber(ARGV[4]) > tonumber(redis.call('HGET', readers, ARGV[3]) or '0') then
            redis.call('HSET', readers, ARGV[3], ARGV[4])
            evictOverflow(tonumber(ARGV[2]))
        end
        return 1
        """;

    /// <summary>ARGV: prefix, conversation. Returns rows removed, first and last position; the same when it was erased before.</summary>
    public const string Erase = Names +
        """
        local conversation = ARGV[2]
        local known = redis.call('HGET', erased, conversation)
        if known then
            local rowCount, firstPosition, lastPosition = string.match(known, '^%d+:(%d+):(%d+):(%d+)$')
            return {tonumber(rowCount or '0'), tonumber(firstPosition or '0'), tonumber(lastPosition or '0')}
        end
        local last = redis.call('ZSCORE', episodes, conversation) or redis.call('ZSCORE', evicted, conversation)
        local removed, first = drop(conversation)
        if removed == 0 then first = redis.call('HGET', evictedFirst, conversation) end
        local position = text(count('last') + 1)
        redis.call('XADD', rows, position .. '-0', 'erased', conversation)
        redis.call('HSET', erased, conversation, table.concat({position, text(removed), first or '0', last or '0'}, ':'))
        redis.call('HSET', counters, 'last', position)
        return {removed, tonumber(first or '0'), tonumber(last or '0')}
        """;

    /// <summary>ARGV: prefix, first stream id, most entries. Returns the stream's entries.</summary>
    public const string Read = Names +
        """
        return redis.call('XRANGE', rows, ARGV[2], '+', 'COUNT', ARGV[3])
        """;

    /// <summary>ARGV: prefix, conversation. Returns the stream's entries, in no order.</summary>
    public const string ReadConversation = Names +
        """
        local entries = {}
        local fields = redis.call('HGETALL', prefix .. ARGV[2])
        for i = 1, #fields, 2 do
            if fields[i] ~= 'first' then
                local _, position = split(fields[i + 1])
                entries[#entries + 1] = redis.call('XRANGE', rows, position .. '-0', position .. '-0')[1]
            end
        end
        return entries
        """;

    /// <summary>ARGV: prefix. Returns rows, episodes, last position, inserted, evicted.</summary>
    public const string Statistics = Names +
        """
        return {count('rows'), redis.call('ZCARD', episodes), count('last'), count('inserted'), count('evicted')}
        """;
}
