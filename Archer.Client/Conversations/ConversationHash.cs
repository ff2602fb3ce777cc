namespace Archer.Client.Conversations;

/// <summary>A hash that is the same in every process, version and machine: shards, splits and seeds depend on it.</summary>
public static class ConversationHash
{
    private const ulong FnvOffset = 14695981039346656037;
    private const ulong FnvPrime = 1099511628211;

    /// <summary>FNV-1a over the text's UTF-16 code units, low byte first, then mixed.</summary>
    public static ulong Of(string text)
    {
        var hash = FnvOffset;
        foreach (var unit in text)
        {
            hash = (hash ^ (byte)unit) * FnvPrime;
            hash = (hash ^ (byte)(unit >> 8)) * FnvPrime;
        }

        return Mix(hash);
    }

    /// <summary>Hash of the text with a number: another purpose or turn gives an independent value.</summary>
    public static ulong Of(string text, ulong salt) => Mix(Of(text) ^ Mix(salt + 0x9E3779B97F4A7C15));

    /// <summary>A number in [0, 1) from 53 bits of the hash.</summary>
    public static double ToUnitInterval(ulong hash) => (hash >> 11) * (1.0 / (1UL << 53));

    /// <summary>Finaliser of SplitMix64 (Steele, Lea, Flood 2014): every input bit reaches every output bit.</summary>
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
