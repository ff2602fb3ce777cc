using System.Text.Json;

namespace Archer.EndToEnd.Tests.Documents;

/// <summary>What two JSON texts have in common when only the values differ: names and kinds, recursively.</summary>
internal static class JsonShape
{
    /// <summary>
    /// Every member with its kind, one each line; elements of an array are one entry, in which every member that any of them has stands once. Names of
    /// maps whose keys are values themselves count as one.
    /// </summary>
    public static IReadOnlySet<string> Of(string json)
    {
        var lines = new SortedSet<string>(StringComparer.Ordinal);
        using var document = JsonDocument.Parse(json);
        Visit(document.RootElement, "$", lines);
        return lines;
    }

    private static void Visit(JsonElement element, string path, SortedSet<string> lines)
    {
        lines.Add($"{path}: {Kind(element)}");
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in element.EnumerateObject())
            {
                Visit(member.Value, $"{path}.{member.Name}", lines);
            }
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
            {
                Visit(item, path + "[]", lines);
            }
        }
    }

    private static string Kind(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => "boolean",
        var kind => kind.ToString().ToLowerInvariant(),
    };
}
