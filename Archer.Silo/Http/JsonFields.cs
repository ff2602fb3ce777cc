using System.Text.Json;

namespace Archer.Silo.Http;

/// <summary>Reads the members of a JSON object and gathers everything that is wrong with them, so that a caller gets all problems in one answer.</summary>
internal sealed class JsonFields
{
    private readonly Dictionary<string, JsonElement> _members = new(StringComparer.Ordinal);
    private readonly HashSet<string> _known = [];
    private readonly List<string> _problems;
    private readonly string _path;

    public JsonFields(JsonElement element, List<string> problems, string path = "")
    {
        (_problems, _path) = (problems, path);
        if (element.ValueKind != JsonValueKind.Object)
        {
            problems.Add($"{(path.Length == 0 ? "body" : path.TrimEnd('.'))}: expected a JSON object, found {Describe(element)}");
            return;
        }

        foreach (var member in element.EnumerateObject())
        {
            if (TryRead(() => member.Name, out var name))
            {
                _members[name] = member.Value;
            }
            else
            {
                problems.Add($"{path}: a member's name is not valid Unicode");
            }
        }
    }

    /// <summary>Whether the object has the member with something other than null.</summary>
    public bool Has(string name)
    {
        _known.Add(name);
        return _members.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null;
    }

    public string? Text(string name, bool required = false, int minimum = 0, int maximum = int.MaxValue)
    {
        if (!Find(name, required, out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            return Wrong<string>(name, "a string", value);
        }

        if (!TryRead(() => value.GetString()!, out var text))
        {
            return Add(name, "the string is not valid Unicode");
        }

        return text.Length < minimum || text.Length > maximum
            ? Add(name, $"expected {minimum:N0} to {maximum:N0} characters, found {text.Length:N0}")
            : text;
    }

    public double? Number(string name, double minimum, double maximum, bool required = false)
    {
        if (!Find(name, required, out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var number))
        {
            Wrong<string>(name, "a number", value);
            return null;
        }

        if (!(number >= minimum && number <= maximum))
        {
            Add(name, FormattableString.Invariant($"expected {minimum:G9} to {maximum:G9}, found {Shorten(value.GetRawText())}"));
            return null;
        }

        return number;
    }

    public long? Integer(string name, long minimum, long maximum, bool required = false)
    {
        if (!Find(name, required, out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt64(out var number))
        {
            Wrong<string>(name, "a whole number", value);
            return null;
        }

        if (number < minimum || number > maximum)
        {
            Add(name, FormattableString.Invariant($"expected {minimum} to {maximum}, found {number}"));
            return null;
        }

        return number;
    }

    public bool? Flag(string name)
    {
        if (!Find(name, required: false, out var value))
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        Wrong<string>(name, "true or false", value);
        return null;
    }

    /// <summary>An enumeration's value by its snake_case name.</summary>
    public T? Choice<T>(string name, bool required = false)
        where T : struct, Enum
    {
        if (Text(name, required) is not { } text)
        {
            return null;
        }

        foreach (var value in Enum.GetValues<T>())
        {
            if (NameOf(value) == text)
            {
                return value;
            }
        }

        Add(name, $"expected {string.Join(" or ", Enum.GetValues<T>().Select(NameOf))}, found {Shorten(text)}");
        return null;
    }

    public JsonFields? Object(string name) =>
        Find(name, required: false, out var value) ? new JsonFields(value, _problems, $"{_path}{name}.") : null;

    /// <summary>The objects of an array; none when the member is missing.</summary>
    public IReadOnlyList<JsonFields> Objects(string name, int maximum)
    {
        if (!Find(name, required: false, out var value))
        {
            return [];
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            Wrong<string>(name, "an array", value);
            return [];
        }

        if (value.GetArrayLength() > maximum)
        {
            Add(name, $"expected at most {maximum:N0} objects, found {value.GetArrayLength():N0}");
            return [];
        }

        return [.. value.EnumerateArray().Select((item, index) => new JsonFields(item, _problems, $"{_path}{name}.{index}."))];
    }

    /// <summary>Adds a problem of a member's value.</summary>
    public string? Add(string name, string problem)
    {
        _problems.Add($"{_path}{name}: {problem}");
        return null;
    }

    /// <summary>Adds a problem for each member that nobody asked for.</summary>
    public void RefuseOthers()
    {
        foreach (var name in _members.Keys.Where(name => !_known.Contains(name)).Order(StringComparer.Ordinal))
        {
            _problems.Add($"{_path}{Shorten(name)}: there is no such member; members are {string.Join(", ", _known.Order(StringComparer.Ordinal))}");
        }
    }

    private static string NameOf<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private static string Shorten(string text) => text.Length <= 64 ? text : string.Concat(text.AsSpan(0, 64), "…");

    private static string Describe(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => $"the number {Shorten(element.GetRawText())}",
        JsonValueKind.True or JsonValueKind.False => element.GetRawText(),
        _ => "null",
    };

    /// <summary>The parser checks a string's Unicode only when it is read.</summary>
    private static bool TryRead(Func<string> read, out string text)
    {
        try
        {
            text = read();
            return true;
        }
        catch (InvalidOperationException)
        {
            text = "";
            return false;
        }
    }

    private bool Find(string name, bool required, out JsonElement value)
    {
        _known.Add(name);
        if (_members.TryGetValue(name, out value) && value.ValueKind != JsonValueKind.Null)
        {
            return true;
        }

        if (required)
        {
            Add(name, "required");
        }

        return false;
    }

    private T? Wrong<T>(string name, string expected, JsonElement value)
        where T : class
    {
        Add(name, $"expected {expected}, found {Describe(value)}");
        return null;
    }
}
