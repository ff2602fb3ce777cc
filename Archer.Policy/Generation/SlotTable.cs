namespace Archer.Policy.Generation;

/// <summary>Gives out cache slots, preferring the one that holds the longest beginning of the prompt.</summary>
internal sealed class KvCacheSlots
{
    private readonly CacheSlot[] _slots;
    private readonly bool _reusePrefixes;

    public KvCacheSlots(int count, bool reusePrefixes)
    {
        _slots = [.. Enumerable.Range(0, count).Select(index => new CacheSlot(index))];
        _reusePrefixes = reusePrefixes;
    }

    public int BusyCount { get; private set; }

    public bool HasFree => BusyCount < _slots.Length;

    /// <summary>Takes a free slot; <paramref name="shared"/> is how many leading tokens of the prompt its decoder cache holds.</summary>
    /// <exception cref="InvalidOperationException">Every slot is busy.</exception>
    public CacheSlot Take(ReadOnlySpan<int> prompt, out int shared)
    {
        CacheSlot? oldest = null;
        CacheSlot? longest = null;
        var most = 0;
        foreach (var slot in _slots)
        {
            if (slot.Busy)
            {
                continue;
            }

            if (oldest is null || slot.LeftAt < oldest.LeftAt)
            {
                oldest = slot;
            }

            // A slot of another conversation that begins alike is left to it: take one only where more is kept than lost.
            var common = _reusePrefixes ? slot.Tokens.CommonPrefixLength(prompt) : 0;
            if (common > most && common * 2 >= slot.Tokens.Length)
            {
                longest = slot;
                most = common;
            }
        }

        var taken = longest ?? oldest ?? throw new InvalidOperationException("Every cache slot is busy.");
        shared = _reusePrefixes ? taken.Tokens.CommonPrefixLength(prompt) : 0;
        taken.Busy = true;
        BusyCount++;
        return taken;
    }

    /// <summary>Frees a slot; what its caches hold stays for the conversation's next turn.</summary>
    public void Return(CacheSlot slot, long step)
    {
        slot.Busy = false;
        slot.LeftAt = step;
        BusyCount--;
    }
}
