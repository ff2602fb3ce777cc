using System.Text.Json.Nodes;
using Archer.EndToEnd.Tests.Architecture;
using Archer.EndToEnd.Tests.Kubernetes.Images;

namespace Archer.EndToEnd.Tests.Kubernetes.Checks;

/// <summary>Every image of ours is the one that the Dockerfile makes, in a variant of it, for the pod's user, and is started with a role.</summary>
internal static class ImageCheck
{
    private const string Ours = "archer/";
    private static readonly string[] Variants = ["cpu", "cuda"];

    public static IEnumerable<string> Run(ManifestSet set) => set.Workloads.SelectMany(workload => workload.Containers
        .Where(container => container.Text("image")?.StartsWith(Ours, StringComparison.Ordinal) == true)
        .SelectMany(container => Of(container, workload.Spec.Text("securityContext", "runAsUser"))
            .Select(problem => $"{workload} {container.Text("name")}: {problem}")));

    private static IEnumerable<string> Of(JsonNode container, string? user)
    {
        var image = container.Text("image")!;
        if (Workload.ImageName(container) != RoleSettings.Image)
        {
            yield return $"no Dockerfile makes {image}";
            yield break;
        }

        var made = Dockerfile.Read(Path.Combine(Repository.Root, "k8s", "images", "Dockerfile"));
        if (made.Last("USER") != user)
        {
            yield return $"runs as {user}, and {image} is made for {made.Last("USER")}";
        }

        if (image.Split('-').Skip(1).FirstOrDefault() is { } variant && !Variants.Contains(variant))
        {
            yield return $"{image} names no variant of its Dockerfile";
        }

        if (RoleSettings.Expected(container) is null)
        {
            yield return $"{image} is started as {RoleSettings.Role(container) ?? "everything"}, expected silo, policy or trainer";
        }
    }
}
