namespace Archer.Tasks.TwentyQuestions;

/// <summary>Brings a sentence into the form that is looked up: lower-case words of letters and digits, one space between.</summary>
internal static class NormalizedSentence
{
    public static string Normalize(ReadOnlySpan<char> text)
    {
        var buffer = text.Length <= 256 ? stackalloc char[text.Length] : new char[text.Length];
        return TryNormalize(text, buffer, out var length) ? new string(buffer[..length]) : "";
    }

    /// <summary>False when the normal form is longer than <paramref name="destination"/>.</summary>
    public static bool TryNormalize(ReadOnlySpan<char> text, Span<char> destination, out int length)
    {
        length = 0;
        var pendingSpace = false;
        foreach (var character in text)
        {
            if (character is '\'' or '\u2019')
            {
                continue;
            }

            if (!char.IsLetterOrDigit(character))
            {
                pendingSpace = length > 0;
                continue;
            }
            if (length + (pendingSpace ? 2 : 1) > destination.Length)
            {
                return false;
            }

            if (pendingSpace)
            {
                destination[length++] = ' ';
            }

            pendingSpace = false;
            destination[length++] = char.ToLowerInvariant(character);
        }
        return true;
    }
}
