using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Archer.Testing.Text;

/// <summary>
/// Byte-level BPE as one would write it down: GPT-2's regular expression, then the best pair of the whole piece, searched anew at each merge.
/// Reads tokenizer.json itself and shares no code with the tokenizer that it checks.
/// </summary>
public sealed class NaiveBpe
{
    private static readonly Regex Pattern = new(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+", RegexOptions.Compiled);
    private readonly Dictionary<string, int> _vocabulary;
    private readonly Dictionary<string, int> _ranks;

    /// <summary>The tokenizer of a file whose merges are written as texts with a space.</summary>
    public NaiveBpe(byte[] tokenizerJson)
    {
        var model = JsonDocument.Parse(tokenizerJson).RootElement.GetProperty("model");
        _vocabulary = model.GetProperty("vocab").EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetInt32());
        _ranks = model.GetProperty("merges").EnumerateArray().Select((merge, rank) => (Pair: merge.GetString()!, Rank: rank))
            .ToDictionary(merge => merge.Pair, merge => merge.Rank);
    }

    /// <summary>Ids of a text.</summary>
    public List<int> Encode(string text) =>
        [.. Pieces(text).SelectMany(piece => Merge([.. Encoding.UTF8.GetBytes(piece).Select(Spell)])).Select(token => _vocabulary[token])];

    /// <summary>The pieces that merges never cross.</summary>
    public IEnumerable<string> Pieces(string text)
    {
        var runes = text.EnumerateRunes().ToArray();
        return Pattern.Matches(string.Concat(runes.Select(StandIn)))
            .Select(match => string.Concat(runes.Skip(match.Index).Take(match.Length).Select(rune => rune.ToString())));
    }

    /// <summary>.NET's patterns see halves of characters beyond U+FFFF: every such character is matched as one of its class.</summary>
    private static char StandIn(Rune rune)
    {
        if (rune.IsBmp)
        {
            return (char)rune.Value;
        }

        if (Rune.IsLetter(rune))
        {
            return 'é';
        }

        return Rune.IsNumber(rune) ? '²' : '€';
    }

    private List<string> Merge(List<string> tokens)
    {
        while (true)
        {
            var best = -1;
            var bestRank = int.MaxValue;
            for (var i = 0; i + 1 < tokens.Count; i++)
            {
                if (!_ranks.TryGetValue(tokens[i] + " " + tokens[i + 1], out var rank) || rank >= bestRank)
                {
                    continue;
                }

                best = i;
                bestRank = rank;
            }

            if (best < 0)
            {
                return tokens;
            }

            tokens[best] += tokens[best + 1];
            tokens.RemoveAt(best + 1);
        }
    }

    private static string Spell(byte value)
    {
        var printable = value is (>= 33 and <= 126) or (>= 161 and <= 172) or (>= 174);
        if (printable)
        {
            return ((char)value).ToString();
        }

        var before = Enumerable.Range(0, value).Count(other => other is not ((>= 33 and <= 126) or (>= 161 and <= 172) or (>= 174)));
        return ((char)(256 + before)).ToString();
    }
}
