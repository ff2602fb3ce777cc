using Archer.EndToEnd.Tests.Kubernetes.Checks;

namespace Archer.EndToEnd.Tests.Kubernetes;

/// <summary>The manifests of k8s/ as they are; <see cref="MutationTests"/> shows that each check can fail.</summary>
public sealed class ManifestTests
{
    public static TheoryData<string> Deployable => [.. ManifestSet.Deployable];

    [SchemaTheory]
    [MemberData(nameof(Deployable))]
    public void Objects_AreAsKubernetesDefinesThem(string folder) => Assert.Empty(SchemaCheck.Run(ManifestSet.Render(folder)));

    [KubernetesTheory]
    [MemberData(nameof(Deployable))]
    public void Objects_FitEachOtherAndTheCode(string folder)
    {
        var set = ManifestSet.Render(folder);

        Assert.Empty(ManifestChecks.All.SelectMany(check => check.Value(set)));
    }

    [KubernetesFact]
    public void Base_HasEveryPart()
    {
        var set = ManifestSet.Render("base");

        Assert.Equal(["Deployment/policy", "Deployment/silo", "Deployment/trainer", "StatefulSet/redis"], set.Workloads.Select(workload => workload.ToString()).Order(StringComparer.Ordinal));
        Assert.Equal(["policy", "silo"], Names(set, "PodDisruptionBudget"));
        Assert.Equal(["policy", "silo"], Names(set, "HorizontalPodAutoscaler"));
        Assert.Equal(["policy", "policy-servers", "redis", "silo"], Names(set, "Service"));
        Assert.Contains("appendfsync always", set.OfKind("ConfigMap").SelectMany(map => map.Map("data")).Single(file => file.Key == "redis.conf").Value);
        Assert.All(set.Objects.Where(item => item.Text("kind") != "Namespace"), item => Assert.Equal("archer", item.Text("metadata", "namespace")));
        Assert.Equal("status.podIP", set.Workload("silo").Spec.Items("containers").First().Items("env").Single(variable => variable.Text("name") == "POD_IP").Text("valueFrom", "fieldRef", "fieldPath"));
    }

    [KubernetesFact]
    public void Gpu_IsAskedForByPolicyAndTrainer()
    {
        var set = ManifestSet.Render("overlays/gpu");

        Assert.Equal(
            ["policy 1", "trainer 1"],
            from workload in set.Workloads
            from container in workload.Spec.Items("containers")
            let count = container.Text("resources", "limits", "nvidia.com/gpu")
            where count is not null
            orderby workload.Name
            select $"{workload.Name} {count}");
    }

    [KubernetesFact]
    public void Local_IsOneOfEachAndSmall()
    {
        var set = ManifestSet.Render("overlays/local");

        Assert.Empty(set.OfKind("HorizontalPodAutoscaler"));
        Assert.All(set.Workloads, workload => Assert.Equal("1", workload.Object.Text("spec", "replicas")));
        Assert.All(set.OfKind("PersistentVolumeClaim"), claim => Assert.Equal(["ReadWriteOnce"], claim.Items("spec", "accessModes").Select(mode => mode.Text())));
    }

    private static IEnumerable<string> Names(ManifestSet set, string kind) => set.OfKind(kind).Select(item => item.Text("metadata", "name")!).Order(StringComparer.Ordinal);
}
