using Archer.EndToEnd.Tests.Architecture;
using Archer.EndToEnd.Tests.Kubernetes.Images;

namespace Archer.EndToEnd.Tests.Kubernetes.Checks;

/// <summary>Every image of ours has a Dockerfile that makes it for the user that the pod runs as, with the variant that the tag names.</summary>
internal static class ImageCheck
{
    private const string Ours = "archer/";

    public static IEnumerable<string> Run(ManifestSet set) => set.Workloads.SelectMany(workload => workload.Containers
        .Where(container => container.Text("image")?.StartsWith(Ours, StringComparison.Ordinal) == true)
        .SelectMany(container => Of(container.Text("image")!, workload.Spec.Text("securityContext", "runAsUser"))
            .Select(problem => $"{workload} {container.Text("name")}: {problem}")));

    private static IEnumerable<string> Of(string image, string? user)
    {
        var role = Workload.ImageName(new System.Text.Json.Nodes.JsonObject { ["image"] = image })[Ours.Length..];
        var file = Path.Combine(Repository.Root, "k8s", "images", role + ".Dockerfile");
        if (!File.Exists(file))
        {
            return [$"no Dockerfile makes {image}"];
        }

        var made = Dockerfile.Read(file);
        var problems = new List<string>();
        if (made.Last("USER") != user)
        {
            problems.Add($"runs as {user}, and {image} is made for {made.Last("USER")}");
        }

        var variant = image.Split('-').Skip(1).FirstOrDefault();
        if (made.Arguments.Contains("TORCH") != (variant is "cpu" or "cuda"))
        {
            problems.Add($"{image} names no variant of its Dockerfile");
        }

        return problems;
    }
}
