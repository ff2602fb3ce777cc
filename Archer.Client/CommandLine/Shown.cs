using System.Globalization;
using System.Text.Json;

namespace Archer.Client.CommandLine;

/// <summary>Values as people read them, the same in every culture; a hyphen for what is not known.</summary>
internal static class Shown
{
    private const string Unknown = "-";

    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    public static string Number(double? value, string format = "0.00") => value?.ToString(format, CultureInfo.InvariantCulture) ?? Unknown;

    /// <summary>Four significant digits.</summary>
    public static string Loss(double? value) => value?.ToString("G4", CultureInfo.InvariantCulture) ?? Unknown;

    public static string Time(DateTimeOffset? value) => value?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? Unknown;

    /// <summary>A name of code as words.</summary>
    public static string Words<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()).Replace('_', ' ');

    /// <summary>What somebody else wrote, without the characters that would steer the terminal.</summary>
    public static string Safe(string text) => text.Any(Steers)
        ? string.Create(text.Length, text, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = Steers(source[i]) ? '\uFFFD' : source[i];
            }
        })
        : text;

    /// <summary>The same on one line.</summary>
    public static string Line(string text) => Safe(text.ReplaceLineEndings(" "));

    public static string Text(string? value) => value is { Length: > 0 } ? value : Unknown;

    private static bool Steers(char character) => char.IsControl(character) && character is not ('\n' or '\t');
}
