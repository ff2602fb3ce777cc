using System.Globalization;

namespace Archer.Client.Policies;

/// <summary>Names of policy versions: <c>v</c> and a number of at least six digits, counted from <c>v000000</c> and never used twice.</summary>
public static class PolicyVersionName
{
    /// <summary>The name of a number from 0.</summary>
    public static string Of(long number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        return string.Create(CultureInfo.InvariantCulture, $"v{number:D6}");
    }

    /// <summary>The number of a name; false for anything that <see cref="Of"/> does not write, so that a name is also safe as a directory.</summary>
    public static bool TryParse(string? name, out long number)
    {
        number = -1;
        return name is { Length: >= 7 }
            && name[0] == 'v'
            && long.TryParse(name.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && Of(number) == name;
    }
}
