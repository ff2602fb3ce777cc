using System.Buffers;
using System.Collections.Immutable;
using System.Text;

namespace Archer.Policy.Text;

/// <summary>
/// Byte-level BPE as GPT-2's: text becomes UTF-8, is cut into pieces, and the bytes of each piece are merged by rank.
/// Every text has an encoding and decoding gives it back; a lone surrogate, which UTF-8 cannot hold, becomes U+FFFD.
/// Text never becomes a special token: a user who types <c>&lt;|end|&gt;</c> gets the ids of those seven characters.
/// Immutable; safe for use by any number of threads.
/// </summary>
public sealed class BpeTokenizer
{
    private readonly byte[][] _tokens;
    private readonly bool[] _isSpecial;
    private readonly int[] _byteIds;
    private readonly MergeTable _mergeTable;
    private readonly PieceCache _cache = new();
    private readonly Dictionary<string, int> _specialIds;
    private readonly Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>>? _wholePieces;

    internal BpeTokenizer(BpeVocabulary vocabulary)
    {
        _tokens = vocabulary.Tokens;
        _byteIds = vocabulary.ByteIds();
        Merges = [.. vocabulary.Merges];
        _mergeTable = new MergeTable(vocabulary.Merges);
        SpecialTokens = [.. vocabulary.Specials.OrderBy(special => special.Id)];
        _isSpecial = new bool[_tokens.Length];
        foreach (var special in SpecialTokens)
        {
            _isSpecial[special.Id] = true;
        }

        _specialIds = SpecialTokens.ToDictionary(special => special.Text, special => special.Id, StringComparer.Ordinal);
        IgnoresMerges = vocabulary.IgnoreMerges;
        _wholePieces = IgnoresMerges ? vocabulary.ByBytes().GetAlternateLookup<ReadOnlySpan<byte>>() : null;
    }

    /// <summary>Number of tokens, special ones included; ids are 0 … VocabularySize − 1.</summary>
    public int VocabularySize => _tokens.Length;

    /// <summary>The merges, first rank first.</summary>
    public ImmutableArray<BpeMerge> Merges { get; }

    /// <summary>The special tokens by increasing id.</summary>
    public ImmutableArray<SpecialToken> SpecialTokens { get; }

    /// <summary>A piece that is itself a token becomes it at once, without merging (<c>ignore_merges</c> in tokenizer.json).</summary>
    public bool IgnoresMerges { get; }

    /// <summary>Id of a special token.</summary>
    /// <exception cref="ArgumentException">The vocabulary has no such special token.</exception>
    public int SpecialId(string text) => _specialIds.TryGetValue(text, out var id)
        ? id
        : throw new ArgumentException($"The vocabulary has no special token '{text}', only {string.Join(", ", _specialIds.Keys)}.", nameof(text));

    /// <summary>Whether an id is a special token's.</summary>
    public bool IsSpecial(int id) => (uint)id < (uint)_isSpecial.Length && _isSpecial[id];

    /// <summary>The bytes that a token adds to the text; for a special token those of its written form.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No token has this id.</exception>
    public ReadOnlySpan<byte> TokenBytes(int id) =>
        (uint)id < (uint)_tokens.Length
            ? _tokens[id]
            : throw new ArgumentOutOfRangeException(nameof(id), id, $"Token ids are 0 to {_tokens.Length - 1}.");

    /// <summary>Ids of a text. Linear in its length, but for pieces without a space, which cost n log n.</summary>
    public int[] Encode(string text)
    {
        var ids = new List<int>((text.Length / 3) + 4);
        Encode(text, ids);
        return [.. ids];
    }

    /// <summary>Appends the ids of a text.</summary>
    public void Encode(ReadOnlySpan<char> text, List<int> ids)
    {
        var rented = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        try
        {
            var length = Encoding.UTF8.GetBytes(text, rented);
            var pieces = new PieceScanner(rented.AsSpan(0, length));
            while (pieces.MoveNext())
            {
                EncodePiece(pieces.Current, ids);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Text of ids; bytes that are not UTF-8 become U+FFFD.</summary>
    /// <param name="ids">Token ids.</param>
    /// <param name="showSpecial">Write special tokens out instead of leaving them out, which is the default.</param>
    /// <exception cref="ArgumentOutOfRangeException">No token has one of the ids.</exception>
    public string Decode(ReadOnlySpan<int> ids, bool showSpecial = false)
    {
        var decoder = new TokenDecoder(this, showSpecial);
        var text = new StringBuilder();
        foreach (var id in ids)
        {
            text.Append(decoder.Push(id));
        }

        return text.Append(decoder.Flush()).ToString();
    }

    /// <summary>A decoder for ids that come one by one.</summary>
    /// <param name="showSpecial">Write special tokens out instead of leaving them out.</param>
    public TokenDecoder CreateDecoder(bool showSpecial = false) => new(this, showSpecial);

    private void EncodePiece(ReadOnlySpan<byte> piece, List<int> ids)
    {
        if (piece.Length > PieceCache.MaxPiece)
        {
            EncodeLongPiece(piece, ids);
        }
        else if (_cache.TryGet(piece, out var known))
        {
            ids.AddRange(known);
        }
        else
        {
            Span<int> merged = stackalloc int[PieceCache.MaxPiece];
            merged = merged[..Merge(piece, merged)];
            _cache.Set(piece, merged);
            ids.AddRange(merged);
        }
    }

    private void EncodeLongPiece(ReadOnlySpan<byte> piece, List<int> ids)
    {
        var merged = ArrayPool<int>.Shared.Rent(piece.Length);
        try
        {
            ids.AddRange(merged.AsSpan(0, Merge(piece, merged)));
        }
        finally
        {
            ArrayPool<int>.Shared.Return(merged);
        }
    }

    private int Merge(ReadOnlySpan<byte> piece, Span<int> output)
    {
        if (_wholePieces is { } whole && whole.TryGetValue(piece, out output[0]))
        {
            return 1;
        }

        for (var i = 0; i < piece.Length; i++)
        {
            output[i] = _byteIds[piece[i]];
        }

        return PieceMerger.Merge(output[..piece.Length], _mergeTable);
    }
}
