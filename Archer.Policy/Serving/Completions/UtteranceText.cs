using System.Collections.Immutable;
using Archer.Policy.Generation;
using Archer.Policy.Text;

namespace Archer.Policy.Serving.Completions;

/// <summary>The text of an utterance whose ids come one by one, up to its stop text. For one caller at a time.</summary>
internal sealed class UtteranceText(BpeTokenizer tokenizer, ImmutableArray<string> stops) : IStopRule
{
    private readonly TokenDecoder _decoder = tokenizer.CreateDecoder();
    private readonly StopScanner _scanner = new(stops);

    /// <summary>The text that this token makes certain.</summary>
    public string Push(int token) => _scanner.Push(_decoder.Push(token));

    /// <summary>The rest, once there are no more tokens.</summary>
    public string Flush() => _scanner.Push(_decoder.Flush()) + _scanner.Flush();

    public bool Accept(int token)
    {
        Push(token);
        return _scanner.Matched;
    }

    public static string Of(BpeTokenizer tokenizer, ImmutableArray<string> stops, ImmutableArray<GeneratedToken> tokens)
    {
        var text = new UtteranceText(tokenizer, stops);
        return string.Concat([.. tokens.Select(token => text.Push(token.Id)), text.Flush()]);
    }
}
