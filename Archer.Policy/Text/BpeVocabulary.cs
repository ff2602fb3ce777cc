using System.Text;

namespace Archer.Policy.Text;

/// <summary>What a tokenizer is made from. The maker (trainer or file reader) has checked that it holds together.</summary>
internal sealed class BpeVocabulary
{
    /// <summary>Bytes of each token; for a special one its written form.</summary>
    public required byte[][] Tokens { get; init; }

    /// <summary>Merges, first rank first.</summary>
    public required IReadOnlyList<BpeMerge> Merges { get; init; }

    public required IReadOnlyList<SpecialToken> Specials { get; init; }

    public bool IgnoreMerges { get; init; }

    /// <summary>Id of the token of each single byte; −1 where there is none.</summary>
    public int[] ByteIds()
    {
        var ids = new int[256];
        Array.Fill(ids, -1);
        foreach (var id in OrdinaryIds())
        {
            if (Tokens[id].Length == 1)
            {
                ids[Tokens[id][0]] = id;
            }
        }

        return ids;
    }

    /// <summary>Ordinary tokens by their bytes.</summary>
    public Dictionary<byte[], int> ByBytes()
    {
        var ids = new Dictionary<byte[], int>(ByteSequenceComparer.Instance);
        foreach (var id in OrdinaryIds())
        {
            ids.Add(Tokens[id], id);
        }

        return ids;
    }

    /// <summary>The vocabulary of the 256 bytes (id = byte), merges and special tokens, in this order of ids.</summary>
    public static BpeVocabulary Of(IReadOnlyList<BpeMerge> merges, IReadOnlyList<string> specials)
    {
        var tokens = new List<byte[]>();
        for (var value = 0; value < 256; value++)
        {
            tokens.Add([(byte)value]);
        }

        foreach (var merge in merges)
        {
            tokens.Add([.. tokens[merge.Left], .. tokens[merge.Right]]);
        }

        var first = tokens.Count;
        foreach (var special in specials)
        {
            tokens.Add(Encoding.UTF8.GetBytes(special));
        }

        return new BpeVocabulary
        {
            Tokens = [.. tokens],
            Merges = merges,
            Specials = [.. specials.Select((text, i) => new SpecialToken(first + i, text))],
        };
    }

    private IEnumerable<int> OrdinaryIds()
    {
        var special = Specials.Select(token => token.Id).ToHashSet();
        return Enumerable.Range(0, Tokens.Length).Where(id => !special.Contains(id));
    }
}
