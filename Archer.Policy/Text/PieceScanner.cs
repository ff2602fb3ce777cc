using System.Globalization;
using System.Text;

namespace Archer.Policy.Text;

/// <summary>
/// Cuts text into the pieces that merges never cross, as GPT-2's pattern does:
/// <c>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c>.
/// One pass, no backtracking: every byte is looked at no more than three times, whatever the text.
/// </summary>
/// <param name="utf8">Well-formed UTF-8.</param>
internal ref struct PieceScanner(ReadOnlySpan<byte> utf8)
{
    private static readonly Kind[] AsciiKinds = [.. Enumerable.Range(0, 128).Select(value => Classify(new Rune(value)))];

    private readonly ReadOnlySpan<byte> _text = utf8;
    private int _start;
    private int _end;

    private enum Kind : byte
    {
        Other,
        Letter,
        Number,
        Space,
    }

    public readonly ReadOnlySpan<byte> Current => _text[_start.._end];

    public bool MoveNext()
    {
        _start = _end;
        if (_start == _text.Length)
        {
            return false;
        }

        _end = _start + PieceLength(_text[_start..]);
        return true;
    }

    private static int PieceLength(ReadOnlySpan<byte> rest)
    {
        var contraction = ContractionLength(rest);
        if (contraction > 0)
        {
            return contraction;
        }

        var lead = rest[0] == ' ' ? 1 : 0;
        if (lead == rest.Length)
        {
            return lead;
        }

        var kind = KindAt(rest, lead, out var width);
        return kind == Kind.Space ? WhiteSpaceLength(rest) : RunEnd(rest, lead + width, kind);
    }

    private static int ContractionLength(ReadOnlySpan<byte> rest)
    {
        if (rest[0] != '\'' || rest.Length < 2)
        {
            return 0;
        }

        if (rest[1] is (byte)'s' or (byte)'t' or (byte)'m' or (byte)'d')
        {
            return 2;
        }

        return rest.StartsWith("'re"u8) || rest.StartsWith("'ve"u8) || rest.StartsWith("'ll"u8) ? 3 : 0;
    }

    private static int RunEnd(ReadOnlySpan<byte> rest, int at, Kind kind)
    {
        while (at < rest.Length && KindAt(rest, at, out var width) == kind)
        {
            at += width;
        }

        return at;
    }

    /// <summary>White space before a word leaves its last character to the word.</summary>
    private static int WhiteSpaceLength(ReadOnlySpan<byte> rest)
    {
        var at = 0;
        var last = 0;
        while (at < rest.Length && KindAt(rest, at, out var width) == Kind.Space)
        {
            last = at;
            at += width;
        }

        return at == rest.Length || last == 0 ? at : last;
    }

    private static Kind KindAt(ReadOnlySpan<byte> rest, int at, out int width)
    {
        width = 1;
        if (rest[at] < 128)
        {
            return AsciiKinds[rest[at]];
        }

        Rune.DecodeFromUtf8(rest[at..], out var rune, out width);
        return Classify(rune);
    }

    private static Kind Classify(Rune rune)
    {
        if (Rune.IsWhiteSpace(rune))
        {
            return Kind.Space;
        }

        return Rune.GetUnicodeCategory(rune) switch
        {
            <= UnicodeCategory.OtherLetter => Kind.Letter,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Kind.Number,
            _ => Kind.Other,
        };
    }
}
