using System.Text.Json.Nodes;

namespace Archer.EndToEnd.Tests.Kubernetes;

/// <summary>An object that makes pods.</summary>
/// <param name="Object">The object.</param>
/// <param name="Template">Metadata and spec of its pods.</param>
internal sealed record Workload(JsonObject Object, JsonObject Template)
{
    public string Kind => Object.Text("kind")!;

    public string Name => Object.Text("metadata", "name")!;

    public IReadOnlyDictionary<string, string> Labels => Template.Map("metadata", "labels");

    public JsonNode? Spec => Template.At("spec");

    /// <summary>All containers, those that run before the others first.</summary>
    public IEnumerable<JsonNode> Containers => Spec.Items("initContainers").Concat(Spec.Items("containers"));

    /// <summary>The image's name without registry tag: <c>archer/silo</c>.</summary>
    public static string ImageName(JsonNode container) => (container.Text("image") ?? "").Split(':')[0];

    public override string ToString() => $"{Kind}/{Name}";
}
