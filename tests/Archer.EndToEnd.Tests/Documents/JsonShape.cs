using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Archer.EndToEnd.Tests.Documents;

/// <summary>What two JSON texts have in common when only the values differ: names and kinds, recursively.</summary>
internal static class JsonShape
{
    private const int ShownItems = 2;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// Where two texts differ in shape, one line each; empty when they agree. Items of an array count as one, in which every member that any of them has
    /// stands once; an empty array agrees with every other, null with everything.
    /// </summary>
    public static IReadOnlyList<string> Differences(string expected, string found)
    {
        var (wanted, there) = (Of(expected), Of(found));
        var differences = wanted.Keys.Union(there.Keys)
            .Where(path => wanted.GetValueOrDefault(path) is var left && there.GetValueOrDefault(path) is var right && left != right && left != "null" && right != "null")
            .Where(path => !IsBelowNothing(path, wanted) && !IsBelowNothing(path, there))
            .Select(path => $"{path}: documented {wanted.GetValueOrDefault(path) ?? "nothing"}, found {there.GetValueOrDefault(path) ?? "nothing"}");
        return [.. differences];
    }

    /// <summary>A text as it is in a document: indented, with the first items of long arrays of anything but texts.</summary>
    public static string Show(string json)
    {
        var node = JsonNode.Parse(json)!;
        Shorten(node);
        return node.ToJsonString(Indented);
    }

    private static SortedDictionary<string, string> Of(string json)
    {
        var kinds = new SortedDictionary<string, string>(StringComparer.Ordinal);
        using var document = JsonDocument.Parse(json);
        Visit(document.RootElement, "$", kinds);
        return kinds;
    }

    private static void Visit(JsonElement element, string path, SortedDictionary<string, string> kinds)
    {
        kinds[path] = Kind(element);
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in element.EnumerateObject())
            {
                Visit(member.Value, $"{path}.{member.Name}", kinds);
            }
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray().Take(ShownItems))
            {
                Visit(item, path + "[]", kinds);
            }
        }
    }

    /// <summary>Inside an array that has no items here, or below a null.</summary>
    private static bool IsBelowNothing(string path, SortedDictionary<string, string> kinds) => Enumerable.Range(1, path.Length - 1)
        .Where(end => path[end] is '.' or '[')
        .Any(end => kinds.GetValueOrDefault(path[..end]) is "null" || (path[end] == '[' && !kinds.ContainsKey(path[..(end + 2)])));

    private static void Shorten(JsonNode? node)
    {
        if (node is JsonArray array)
        {
            while (array.Count > ShownItems && array[^1]?.GetValueKind() != JsonValueKind.String)
            {
                array.RemoveAt(ShownItems);
            }
        }

        foreach (var child in node is JsonArray items ? items : node is JsonObject members ? members.Select(member => member.Value) : [])
        {
            Shorten(child);
        }
    }

    private static string Kind(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => "boolean",
        var kind => kind.ToString().ToLowerInvariant(),
    };
}
