using System.Text;
using Archer.Policy.Text;

namespace Archer.Policy.Tests.Text;

public sealed class PieceScannerTests
{
    [Theory]
    [InlineData("Hello world", "Hello| world")]
    [InlineData("I'll say it's", "I|'ll| say| it|'s")]
    [InlineData("'S 'RE", "'|S| '|RE")]
    [InlineData(" 's", " '|s")]
    [InlineData("!'s", "!'|s")]
    [InlineData("a  b", "a| | b")]
    [InlineData("a   b", "a|  | b")]
    [InlineData("a\n\nb", "a|\n|\n|b")]
    [InlineData("a\n b", "a|\n| b")]
    [InlineData("a \n", "a| \n")]
    [InlineData("a ", "a| ")]
    [InlineData(" ", " ")]
    [InlineData("  12ab!? ", " | 12|ab|!?| ")]
    [InlineData("x²Ⅷy", "x|²Ⅷ|y")]
    [InlineData("a\u3000\u3000b", "a|\u3000|\u3000|b")]
    [InlineData("<|end|>", "<|end|>", '#')]
    public void Text_IsCutAsThePatternCutsIt(string text, string pieces, char separator = '|')
    {
        var expected = separator == '#' ? ["<|", "end", "|>"] : pieces.Split(separator);

        Assert.Equal(expected, Cut(text));
    }

    [Fact]
    public void Pieces_PutTogether_AreTheText() =>
        TextSamples.Holds(text => string.Concat(Cut(text)) == TextSamples.ThroughUtf8(text) && Cut(text).All(piece => piece.Length > 0));

    private static List<string> Cut(string text)
    {
        var pieces = new List<string>();
        var scanner = new PieceScanner(Encoding.UTF8.GetBytes(text));
        while (scanner.MoveNext())
        {
            pieces.Add(Encoding.UTF8.GetString(scanner.Current));
        }

        return pieces;
    }
}
