using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace Archer.Client.CommandLine;

/// <summary>Options that take a number of a range; what is outside of it is refused in words.</summary>
public static class NumberOption
{
    /// <summary>An option with a default.</summary>
    /// <param name="name">As typed, with its hyphens.</param>
    /// <param name="description">Meaning and unit.</param>
    /// <param name="value">Without the option.</param>
    /// <param name="least">Smallest value taken.</param>
    /// <param name="most">Largest value taken.</param>
    public static Option<T> Of<T>(string name, string description, T value, T least, T most)
        where T : struct, INumber<T>, IMinMaxValue<T> => new(name)
        {
            Description = description,
            HelpName = "n",
            DefaultValueFactory = _ => value,
            CustomParser = result => Parse(result, name, least, most) ?? default,
        };

    /// <summary>An option that may be absent.</summary>
    /// <inheritdoc cref="Of{T}"/>
    public static Option<T?> Optional<T>(string name, string description, T least, T most)
        where T : struct, INumber<T>, IMinMaxValue<T> => new(name)
        {
            Description = description,
            HelpName = "n",
            CustomParser = result => Parse(result, name, least, most),
        };

    private static T? Parse<T>(ArgumentResult result, string name, T least, T most)
        where T : struct, INumber<T>, IMinMaxValue<T>
    {
        var text = result.Tokens[0].Value;
        if (T.TryParse(text, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
        {
            return value;
        }

        var kind = T.IsInteger(T.One / (T.One + T.One)) ? "a whole number" : "a number";
        var range = most == T.MaxValue ? $"of at least {Text(least)}" : $"from {Text(least)} to {Text(most)}";
        result.AddError($"{name} is '{text}', expected {kind} {range}.");
        return null;
    }

    private static string Text<T>(T value)
        where T : struct, INumber<T> => value.ToString("#,0.###", CultureInfo.InvariantCulture);
}
