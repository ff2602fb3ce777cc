using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Archer.EndToEnd.Tests.Architecture;

namespace Archer.EndToEnd.Tests.Kubernetes;

/// <summary>The objects that one kustomization makes.</summary>
internal sealed class ManifestSet
{
    private static readonly ConcurrentDictionary<string, string> Rendered = new();

    private ManifestSet(IEnumerable<JsonObject> objects) => Objects = [.. objects];

    /// <summary>What can be applied to a cluster; the last is what is there during a backup.</summary>
    public static readonly string[] Deployable = ["base", "overlays/local", "overlays/gpu", "base+volumes"];

    public List<JsonObject> Objects { get; }

    public IEnumerable<Workload> Workloads =>
        from item in Objects
        let pod = item.Text("kind") == "Pod" ? item : item.At("spec", "template")
        where item.Text("kind") is "Deployment" or "StatefulSet" or "Pod" or "DaemonSet" or "Job" or "ReplicaSet"
        select new Workload(item, (JsonObject)pod!);

    /// <summary>Renders folders of k8s/, with plus signs between, by kubectl; every call gives objects of its own.</summary>
    public static ManifestSet Render(string folders) =>
        new(folders.Split('+').SelectMany(folder => YamlObjects.Read(Rendered.GetOrAdd(folder, Kustomize))));

    private static string Kustomize(string folder) => ClusterTools.KubectlMissing is { } reason
        ? throw new InvalidOperationException(reason)
        : ClusterTools.Run("kubectl", null, "kustomize", Path.Combine(Repository.Root, "k8s", folder));

    public IEnumerable<JsonObject> OfKind(string kind) => Objects.Where(item => item.Text("kind") == kind);

    public JsonObject? Find(string kind, string? name) => OfKind(kind).FirstOrDefault(item => item.Text("metadata", "name") == name);

    public Workload Workload(string name) => Workloads.Single(workload => workload.Name == name);

    /// <summary>Changes one place of one object.</summary>
    /// <param name="name">Kind and name, such as <c>Deployment/silo</c>.</param>
    /// <param name="path">Names and indexes with <c>&gt;</c> between, as names may have dots and slashes.</param>
    /// <param name="json">The value that goes there; null removes what is there.</param>
    public void Change(string name, string path, string? json)
    {
        var parts = name.Split('/');
        JsonNode node = Find(parts[0], parts[1]) ?? throw new ArgumentException($"There is no {name}.");
        var steps = path.Split('>');
        foreach (var step in steps[..^1])
        {
            node = (node is JsonArray list ? list[int.Parse(step, System.Globalization.CultureInfo.InvariantCulture)] : node[step])
                ?? throw new ArgumentException($"{name} has nothing at {step} of {path}.");
        }

        var value = json is null ? null : JsonNode.Parse(json);
        if (node is JsonArray items)
        {
            var index = int.Parse(steps[^1], System.Globalization.CultureInfo.InvariantCulture);
            if (index < items.Count)
            {
                items.RemoveAt(index);
            }

            if (json is not null)
            {
                items.Insert(index, value);
            }
        }
        else if (json is null)
        {
            Assert.True(((JsonObject)node).Remove(steps[^1]), $"{name} has nothing at {path}.");
        }
        else
        {
            node[steps[^1]] = value;
        }
    }
}
