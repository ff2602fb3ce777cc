using FsCheck;
using FsCheck.Fluent;

namespace Archer.Policy.Tests.Text;

/// <summary>Texts to try: everything that the pattern treats apart, and everything that UTF-16 can get wrong.</summary>
internal static class TextSamples
{
    public const string Prose = """
        The agent asks a question and the user answers it. Is it something you can hold in one hand? Yes. Is it alive? No.
        I'll say it's a piano, they've said it isn't; we'd rather wait 12 or 345 turns, and that's that!  Don't you think so?
        Das Gerät läuft größtenteils geräuschlos. Ещё один вопрос: это больше стула? 日本語の文章も一つ。 🙂👩‍👩‍👧 naïve façade.
        """;

    private static readonly string[] Parts =
    [
        "a", "b", "th", "the", " the", "'s", "'ll", "'", "'r", " '", " ", "  ", "\n", "\t", "\r\n", "\u00A0", "\u3000", "\u0085", "1", "42", "²", "Ⅷ", "٣",
        "é", "e\u0301", "ß", "Ж", "日本", "ي", "!", "?!", "…", "€", "<|end|>", "<|user|>", "<|", "|>", "\u200B", "\uFEFF", "\0", "\u001C", "𝒳", "𐍈", "🙂", "👩‍👩‍👧",
        "\uD800", "\uDC00", "\uD83D", "\uFFFD", "\uFFFF",
    ];

    /// <summary>Random texts, mostly of the parts above, with any other characters between them.</summary>
    public static Arbitrary<string> Any { get; } = Arb.From(
        Gen.OneOf(Gen.Elements(Parts), Gen.Choose(0, 0xFFFF).Select(value => ((char)value).ToString()), Gen.Elements("ab ", "question", " piano"))
            .ListOf()
            .Select(parts => string.Concat(parts)));

    /// <summary>What a text becomes on its way through UTF-8: lone surrogates turn into U+FFFD.</summary>
    public static string ThroughUtf8(string text) => System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>A tokenizer with enough merges that words and parts of characters are tokens.</summary>
    public static Archer.Policy.Text.BpeTokenizer Tokenizer { get; } =
        new Archer.Policy.Text.BpeTrainer(new() { VocabularySize = 420 }).Train(Enumerable.Repeat(Prose, 4));

    public static void Holds(Func<string, bool> property) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500).WithEndSize(60), Prop.ForAll(Any, property));
}
