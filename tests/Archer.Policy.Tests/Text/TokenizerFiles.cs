using Archer.Policy.Text;

namespace Archer.Policy.Tests.Text;

/// <summary>Tokenizers to and from the bytes of a file.</summary>
internal static class TokenizerFiles
{
    public static byte[] Write(BpeTokenizer tokenizer)
    {
        using var stream = new MemoryStream();
        TokenizerJson.Write(tokenizer, stream);
        return stream.ToArray();
    }

    public static BpeTokenizer Read(byte[] file) => TokenizerJson.Parse("tokenizer.json", file);
}
