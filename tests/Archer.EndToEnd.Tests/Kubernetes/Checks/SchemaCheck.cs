using System.Text.Json;
using System.Text.Json.Nodes;

namespace Archer.EndToEnd.Tests.Kubernetes.Checks;

/// <summary>Every object is as its Kubernetes schema says, without a field that the schema does not know (Schemas/validate.mjs).</summary>
internal static class SchemaCheck
{
    public static IReadOnlyList<string> Run(ManifestSet set) => ClusterTools.SchemasMissing is { } reason
        ? throw new InvalidOperationException(reason)
        : JsonSerializer.Deserialize<string[]>(ClusterTools.Run(
        "node", new JsonArray([.. set.Objects.Select(item => item.DeepClone())]).ToJsonString(), Path.Combine(ClusterTools.Schemas, "validate.mjs")))!;
}
