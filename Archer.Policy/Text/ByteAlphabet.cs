namespace Archer.Policy.Text;

/// <summary>GPT-2's spelling of bytes as printable characters, in which Hugging Face files name tokens: a space is <c>Ġ</c>.</summary>
internal static class ByteAlphabet
{
    private static readonly char[] Characters = MakeCharacters();
    private static readonly short[] Bytes = MakeBytes();

    /// <summary>The character that stands for a byte.</summary>
    public static char Spell(byte value) => Characters[value];

    /// <summary>The characters that stand for bytes.</summary>
    public static string Spell(ReadOnlySpan<byte> bytes)
    {
        var spelled = new char[bytes.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            spelled[i] = Characters[bytes[i]];
        }

        return new string(spelled);
    }

    /// <summary>The bytes that a token's name stands for; null when a character is not of the alphabet.</summary>
    public static byte[]? Parse(string name)
    {
        var bytes = new byte[name.Length];
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] >= Bytes.Length || Bytes[name[i]] < 0)
            {
                return null;
            }

            bytes[i] = (byte)Bytes[name[i]];
        }

        return bytes;
    }

    private static bool IsPrintable(int value) => value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);

    private static char[] MakeCharacters()
    {
        var characters = new char[256];
        var next = 256;
        for (var value = 0; value < 256; value++)
        {
            characters[value] = (char)(IsPrintable(value) ? value : next++);
        }

        return characters;
    }

    private static short[] MakeBytes()
    {
        var bytes = new short[Characters.Max() + 1];
        Array.Fill(bytes, (short)-1);
        for (var value = 0; value < 256; value++)
        {
            bytes[Characters[value]] = (short)value;
        }

        return bytes;
    }
}
