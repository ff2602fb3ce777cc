namespace Archer.EndToEnd.Tests.Kubernetes.Checks;

/// <summary>Who asks for a GPU is made for one and gets to a node that has some; nobody else is.</summary>
internal static class GpuCheck
{
    private const string Gpu = "nvidia.com/gpu";

    public static IEnumerable<string> Run(ManifestSet set)
    {
        foreach (var workload in set.Workloads.Where(workload => workload.Kind != "Pod"))
        {
            foreach (var container in workload.Spec.Items("containers"))
            {
                var asks = container.Text("resources", "limits", Gpu) is not null;
                var made = container.Text("image")!.EndsWith("-cuda", StringComparison.Ordinal);
                if (asks != made)
                {
                    yield return $"{workload}: {(asks ? "asks for a GPU with" : "has no GPU for")} the image {container.Text("image")}";
                }

                if (container.Text("resources", "requests", Gpu) != container.Text("resources", "limits", Gpu))
                {
                    yield return $"{workload}: a GPU cannot be requested without being the limit";
                }

                if (asks && (workload.Spec.Text("nodeSelector", "nvidia.com/gpu.present") != "true"
                    || !workload.Spec.Items("tolerations").Any(toleration => toleration.Text("key") == Gpu)))
                {
                    yield return $"{workload}: asks for a GPU and does not get to a node that has some";
                }
            }
        }
    }
}
