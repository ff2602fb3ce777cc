using Archer.Testing;
using Archer.Testing.Redis;

namespace Archer.EndToEnd.Tests.Kubernetes;

/// <summary>A test that renders manifests with kubectl; without it it is skipped and says so, and fails in continuous integration.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class KubernetesFactAttribute : FactAttribute
{
    public KubernetesFactAttribute() => Skip = MissingTool.Skip(ClusterTools.KubectlMissing);
}

/// <summary>A theory that renders manifests with kubectl; without it it is skipped and says so, and fails in continuous integration.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class KubernetesTheoryAttribute : TheoryAttribute
{
    public KubernetesTheoryAttribute() => Skip = MissingTool.Skip(ClusterTools.KubectlMissing);
}

/// <summary>A theory that compares with the Kubernetes schemas; without them it is skipped and says so, and fails in continuous integration.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SchemaTheoryAttribute : TheoryAttribute
{
    public SchemaTheoryAttribute() => Skip = MissingTool.Skip(ClusterTools.SchemasMissing);
}

/// <summary>A test that renders manifests with kubectl and runs their silo on a redis-server; as the others without either.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RolesFactAttribute : FactAttribute
{
    public RolesFactAttribute() => Skip = MissingTool.Skip(ClusterTools.KubectlMissing ?? RedisServer.MissingReason);
}
