using System.Text.Json.Nodes;

namespace Archer.EndToEnd.Tests.Kubernetes.Checks;

/// <summary>What is mounted is there; checkpoints are written by the trainer's pods alone; nothing else is written but what a mount is for.</summary>
internal static class VolumeCheck
{
    private const string Checkpoints = "checkpoints";
    private static readonly string[] Writers = ["trainer", "volumes"];

    public static IEnumerable<string> Run(ManifestSet set) => set.Workloads.SelectMany(workload => Of(set, workload));

    private static IEnumerable<string> Of(ManifestSet set, Workload workload)
    {
        var volumes = workload.Spec.Items("volumes").ToDictionary(volume => volume.Text("name")!);
        var names = volumes.Keys.Concat(workload.Object.Items("spec", "volumeClaimTemplates").Select(claim => claim.Text("metadata", "name")!)).ToHashSet();
        foreach (var volume in volumes.Values.Where(volume => Missing(set, volume) is not null))
        {
            yield return $"{workload}: volume {volume.Text("name")}: there is no {Missing(set, volume)}";
        }

        var mounts = workload.Containers.SelectMany(container => container.Items("volumeMounts")).ToList();
        foreach (var mount in mounts.Where(mount => !names.Contains(mount.Text("name")!)))
        {
            yield return $"{workload}: there is no volume {mount.Text("name")} to mount";
        }

        foreach (var unused in names.Where(name => mounts.All(mount => mount.Text("name") != name)))
        {
            yield return $"{workload}: no container mounts the volume {unused}";
        }

        foreach (var mount in mounts.Where(mount => !mount.Is(true, "readOnly")))
        {
            var volume = volumes.GetValueOrDefault(mount.Text("name")!);
            if (volume.Text("persistentVolumeClaim", "claimName") == Checkpoints && !Writers.Contains(workload.Name))
            {
                yield return $"{workload}: may write the checkpoints";
            }

            if (volume.At("configMap") is not null)
            {
                yield return $"{workload}: mounts the ConfigMap {volume.Text("configMap", "name")} to write";
            }
        }
    }

    private static string? Missing(ManifestSet set, JsonNode volume) => (volume.Text("persistentVolumeClaim", "claimName"), volume.Text("configMap", "name")) switch
    {
        ({ } claim, _) when set.Find("PersistentVolumeClaim", claim) is null => $"PersistentVolumeClaim/{claim}",
        (_, { } map) when set.Find("ConfigMap", map) is null => $"ConfigMap/{map}",
        _ => null,
    };
}
