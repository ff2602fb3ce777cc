using System.Text.Json.Nodes;

namespace Archer.EndToEnd.Tests.Kubernetes;

/// <summary>Reads objects whose shape the schemas check: what is not there is null or empty.</summary>
internal static class JsonReading
{
    public static JsonNode? At(this JsonNode? node, params string[] path) =>
        path.Aggregate(node, (current, name) => current is JsonObject map ? map[name] : null);

    /// <summary>A scalar as text; null for what is none.</summary>
    public static string? Text(this JsonNode? node) => node is JsonValue ? node.ToString() : null;

    public static string? Text(this JsonNode? node, params string[] path) => node.At(path).Text();

    public static IEnumerable<JsonNode> Items(this JsonNode? node, params string[] path) =>
        node.At(path) is JsonArray list ? list.OfType<JsonNode>() : [];

    /// <summary>A map of texts, such as labels.</summary>
    public static IReadOnlyDictionary<string, string> Map(this JsonNode? node, params string[] path) =>
        node.At(path) is JsonObject map ? map.ToDictionary(entry => entry.Key, entry => entry.Value.Text() ?? "") : new Dictionary<string, string>();

    public static bool Is(this JsonNode? node, bool value, params string[] path) => node.At(path) is JsonValue found && found.TryGetValue(out bool actual) && actual == value;
}
