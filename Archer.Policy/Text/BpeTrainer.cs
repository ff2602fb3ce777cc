using System.Runtime.InteropServices;
using System.Text;

namespace Archer.Policy.Text;

/// <summary>How a vocabulary is learned.</summary>
public sealed record BpeTrainerOptions
{
    /// <summary>Most tokens: 256 bytes, merges, special tokens. Default 512. Fewer when the text has no more pairs to merge.</summary>
    public int VocabularySize { get; init; } = 512;

    /// <summary>Special tokens, which get the last ids in this order. Default: those of <see cref="ChatTemplate"/>.</summary>
    public IReadOnlyList<string> SpecialTokens { get; init; } = ChatTemplate.SpecialTokens;

    /// <summary>A pair that is seen less often is not merged. Default 2.</summary>
    public int MinimumCount { get; init; } = 2;
}

/// <summary>
/// Learns byte-level BPE: again and again the most frequent pair of neighbours becomes a token.
/// Of equally frequent pairs the one with the smaller left id goes first, then the smaller right id, so that the same texts give the same vocabulary.
/// Each merge touches only the distinct pieces that contain the pair.
/// </summary>
public sealed class BpeTrainer(BpeTrainerOptions options)
{
    /// <summary>Longer pieces are counted in parts: one piece of a megabyte would otherwise be walked at every merge.</summary>
    private const int MaxPiece = 256;

    private readonly List<Word> _words = [];
    private readonly Dictionary<(int Left, int Right), Pair> _pairs = [];
    private readonly PriorityQueue<(int Left, int Right), (long NegativeCount, int Left, int Right)> _queue = new();

    /// <summary>Learns a vocabulary from texts.</summary>
    /// <exception cref="ArgumentException">The vocabulary is too small for the bytes and special tokens, or a special token is empty or twice there.</exception>
    public BpeTokenizer Train(IEnumerable<string> texts)
    {
        var merges = options.VocabularySize - 256 - options.SpecialTokens.Count;
        if (merges < 0)
        {
            var least = 256 + options.SpecialTokens.Count;
            throw new ArgumentException($"A vocabulary of {options.VocabularySize} tokens cannot hold 256 bytes and the special tokens: at least {least}.");
        }

        if (options.SpecialTokens.Any(string.IsNullOrEmpty) || options.SpecialTokens.Distinct().Count() != options.SpecialTokens.Count)
        {
            throw new ArgumentException("Special tokens are not empty and all different.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(options.MinimumCount, 1);
        CountPieces(texts);
        return new BpeTokenizer(BpeVocabulary.Of(LearnMerges(merges), options.SpecialTokens));
    }

    private void CountPieces(IEnumerable<string> texts)
    {
        _words.Clear();
        _pairs.Clear();
        _queue.Clear();
        var counts = new Dictionary<byte[], int>(ByteSequenceComparer.Instance);
        var lookup = counts.GetAlternateLookup<ReadOnlySpan<byte>>();
        foreach (var text in texts)
        {
            var pieces = new PieceScanner(Encoding.UTF8.GetBytes(text));
            while (pieces.MoveNext())
            {
                for (var rest = pieces.Current; rest.Length > 0; rest = rest[Math.Min(rest.Length, MaxPiece)..])
                {
                    CollectionsMarshal.GetValueRefOrAddDefault(lookup, rest[..Math.Min(rest.Length, MaxPiece)], out _)++;
                }
            }
        }

        foreach (var (piece, count) in counts)
        {
            _words.Add(new Word([.. piece.Select(value => (int)value)], count));
            AddPairs(_words.Count - 1);
        }

        foreach (var (pair, seen) in _pairs)
        {
            Enqueue(pair, seen.Count);
        }
    }

    private List<BpeMerge> LearnMerges(int most)
    {
        var merges = new List<BpeMerge>(most);
        while (merges.Count < most && _queue.TryDequeue(out var pair, out var order))
        {
            var seen = _pairs[pair];
            if (seen.Count < options.MinimumCount)
            {
                continue;
            }

            if (seen.Count != -order.NegativeCount)
            {
                Enqueue(pair, seen.Count);
                continue;
            }

            var merge = new BpeMerge(pair.Left, pair.Right, 256 + merges.Count);
            merges.Add(merge);
            Apply(merge, seen);
        }

        return merges;
    }

    private void Apply(BpeMerge merge, Pair seen)
    {
        var changed = new HashSet<(int Left, int Right)>();
        foreach (var index in seen.Words.Distinct().ToArray())
        {
            var word = _words[index];
            var merged = word.Merge(merge);
            if (merged.Length == word.Ids.Length)
            {
                continue;
            }

            RemovePairs(word);
            _words[index] = word with { Ids = merged };
            AddPairs(index, changed);
        }

        seen.Words.Clear();
        foreach (var pair in changed)
        {
            Enqueue(pair, _pairs[pair].Count);
        }
    }

    private void RemovePairs(Word word)
    {
        for (var i = 0; i + 1 < word.Ids.Length; i++)
        {
            _pairs[(word.Ids[i], word.Ids[i + 1])].Count -= word.Count;
        }
    }

    private void AddPairs(int index, HashSet<(int Left, int Right)>? changed = null)
    {
        var word = _words[index];
        for (var i = 0; i + 1 < word.Ids.Length; i++)
        {
            var key = (word.Ids[i], word.Ids[i + 1]);
            ref var pair = ref CollectionsMarshal.GetValueRefOrAddDefault(_pairs, key, out _);
            pair ??= new Pair();
            pair.Count += word.Count;
            if (pair.Words.Count == 0 || pair.Words[^1] != index)
            {
                pair.Words.Add(index);
            }

            changed?.Add(key);
        }
    }

    private void Enqueue((int Left, int Right) pair, long count)
    {
        if (count >= options.MinimumCount)
        {
            _queue.Enqueue(pair, (-count, pair.Left, pair.Right));
        }
    }

    /// <summary>A distinct piece of the text, as merged so far, and how often it is there.</summary>
    private sealed record Word(int[] Ids, int Count)
    {
        public int[] Merge(BpeMerge merge)
        {
            var merged = new List<int>(Ids.Length);
            for (var i = 0; i < Ids.Length; i++)
            {
                var pair = i + 1 < Ids.Length && Ids[i] == merge.Left && Ids[i + 1] == merge.Right;
                merged.Add(pair ? merge.Merged : Ids[i]);
                if (pair)
                {
                    i++;
                }
            }

            return [.. merged];
        }
    }

    /// <summary>How often a pair is there now, and the pieces that had it at some time.</summary>
    private sealed class Pair
    {
        public long Count;
        public readonly List<int> Words = [];
    }
}
