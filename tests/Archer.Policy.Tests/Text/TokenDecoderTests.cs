using System.Text;
using Archer.Policy.Text;

namespace Archer.Policy.Tests.Text;

public sealed class TokenDecoderTests
{
    private static readonly BpeTokenizer Tokenizer = TextSamples.Tokenizer;

    [Fact]
    public void Parts_OfAnyText_PutTogetherAreTheWhole() =>
        TextSamples.Holds(text => string.Concat(Parts(Tokenizer.Encode(text))) == TextSamples.ThroughUtf8(text));

    [Fact]
    public void Parts_OfRandomIds_PutTogetherAreTheWhole()
    {
        var random = new Random(5);
        for (var run = 0; run < 500; run++)
        {
            int[] ids = [.. Enumerable.Range(0, 40).Select(_ => random.Next(Tokenizer.VocabularySize))];

            Assert.Equal(Tokenizer.Decode(ids), string.Concat(Parts(ids)));
            Assert.Equal(Encoding.UTF8.GetString([.. ids.SelectMany(id => Tokenizer.IsSpecial(id) ? [] : Tokenizer.TokenBytes(id).ToArray())]), Tokenizer.Decode(ids));
        }
    }

    [Fact]
    public void Push_OfPartOfACharacter_HoldsItBackUntilItIsWhole()
    {
        var decoder = Tokenizer.CreateDecoder();

        Assert.Equal(["", "", "", "🙂"], Encoding.UTF8.GetBytes("🙂").Select(value => decoder.Push(value)));
        Assert.Equal("", decoder.Flush());
    }

    [Fact]
    public void Flush_AfterPartOfACharacter_GivesAReplacementAndStartsAnew()
    {
        var decoder = Tokenizer.CreateDecoder();
        decoder.Push(0xE2);
        decoder.Push(0x82);

        Assert.Equal("\uFFFD", decoder.Flush());
        Assert.Equal("a", decoder.Push('a'));
    }

    [Fact]
    public void Push_OfASpecialToken_ShowsItOnlyWhenAsked()
    {
        var end = Tokenizer.SpecialId("<|end|>");

        Assert.Equal("", Tokenizer.CreateDecoder().Push(end));
        Assert.Equal("<|end|>", Tokenizer.CreateDecoder(showSpecial: true).Push(end));
    }

    private static IEnumerable<string> Parts(int[] ids)
    {
        var decoder = Tokenizer.CreateDecoder();
        foreach (var id in ids)
        {
            yield return decoder.Push(id);
        }

        yield return decoder.Flush();
    }
}
