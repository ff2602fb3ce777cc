using System.Text.Json.Nodes;

namespace Archer.EndToEnd.Tests.Kubernetes;

/// <summary>Which labels a selector takes.</summary>
internal static class LabelSelector
{
    /// <summary>An empty selector takes everything; null takes nothing.</summary>
    public static bool Takes(JsonNode? selector, IReadOnlyDictionary<string, string> labels) =>
        selector is not null && Equal(selector.Map("matchLabels"), labels) && selector.Items("matchExpressions").All(expression => Holds(expression, labels));

    /// <summary>The plain map that a Service has.</summary>
    public static bool Equal(IReadOnlyDictionary<string, string> wanted, IReadOnlyDictionary<string, string> labels) =>
        wanted.All(label => labels.TryGetValue(label.Key, out var value) && value == label.Value);

    private static bool Holds(JsonNode expression, IReadOnlyDictionary<string, string> labels)
    {
        var has = labels.TryGetValue(expression.Text("key")!, out var value);
        var listed = has && expression.Items("values").Any(item => item.Text() == value);
        return expression.Text("operator") switch
        {
            "In" => listed,
            "NotIn" => !listed,
            "Exists" => has,
            "DoesNotExist" => !has,
            var other => throw new InvalidDataException($"A selector's operator is {other}."),
        };
    }
}
