namespace Archer.EndToEnd.Tests.Kubernetes;

/// <summary>A test that renders manifests with kubectl; without it it is skipped and says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class KubernetesFactAttribute : FactAttribute
{
    public KubernetesFactAttribute() => Skip = ClusterTools.KubectlMissing;
}

/// <summary>A theory that renders manifests with kubectl; without it it is skipped and says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class KubernetesTheoryAttribute : TheoryAttribute
{
    public KubernetesTheoryAttribute() => Skip = ClusterTools.KubectlMissing;
}

/// <summary>A theory that compares with the Kubernetes schemas; where they are not installed it is skipped and says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SchemaTheoryAttribute : TheoryAttribute
{
    public SchemaTheoryAttribute() => Skip = ClusterTools.SchemasMissing;
}
