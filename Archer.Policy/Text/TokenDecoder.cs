using System.Text;

namespace Archer.Policy.Text;

/// <summary>
/// Turns ids into text as they come. A character whose bytes are spread over several tokens is held back until it is whole,
/// so that the parts, put together, are exactly what decoding all ids at once gives. For one caller at a time.
/// </summary>
public sealed class TokenDecoder
{
    private readonly BpeTokenizer _tokenizer;
    private readonly bool _showSpecial;
    private readonly Decoder _utf8 = Encoding.UTF8.GetDecoder();
    private char[] _buffer = new char[64];

    internal TokenDecoder(BpeTokenizer tokenizer, bool showSpecial)
    {
        _tokenizer = tokenizer;
        _showSpecial = showSpecial;
    }

    /// <summary>The text that is certain once this token is known; empty while a character is incomplete.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No token has this id.</exception>
    public string Push(int id)
    {
        var bytes = _tokenizer.TokenBytes(id);
        return !_showSpecial && _tokenizer.IsSpecial(id) ? "" : Take(bytes, flush: false);
    }

    /// <summary>The end: bytes of a character that was never completed become U+FFFD. The decoder can then start anew.</summary>
    public string Flush() => Take([], flush: true);

    private string Take(ReadOnlySpan<byte> bytes, bool flush)
    {
        var most = Encoding.UTF8.GetMaxCharCount(bytes.Length);
        if (most > _buffer.Length)
        {
            _buffer = new char[most];
        }

        var written = _utf8.GetChars(bytes, _buffer, flush);
        return written == 0 ? "" : new string(_buffer, 0, written);
    }
}
