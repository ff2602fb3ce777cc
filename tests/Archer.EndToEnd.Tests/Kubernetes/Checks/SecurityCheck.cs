using System.Text.Json.Nodes;

namespace Archer.EndToEnd.Tests.Kubernetes.Checks;

/// <summary>Nobody is root, writes to his image, has a capability or a token; no secret is committed; every image has a version; every container has its bounds.</summary>
internal static class SecurityCheck
{
    private static readonly string[] HostFields = ["hostNetwork", "hostPID", "hostIPC"];

    public static IEnumerable<string> Run(ManifestSet set) =>
    [
        .. set.OfKind("Secret").Select(secret => $"Secret/{secret.Text("metadata", "name")}: secrets are not kept in manifests"),
        .. set.OfKind("ServiceAccount").Where(account => !account.Is(false, "automountServiceAccountToken"))
            .Select(account => $"ServiceAccount/{account.Text("metadata", "name")}: mounts a token"),
        .. set.OfKind("Namespace").Where(space => space.Text("metadata", "labels", "pod-security.kubernetes.io/enforce") != "restricted")
            .Select(space => $"Namespace/{space.Text("metadata", "name")}: does not enforce restricted pods"),
        .. set.Workloads.SelectMany(Pod),
        .. set.Workloads.SelectMany(workload => workload.Containers.SelectMany(container =>
            Container(container).Concat(Image(container)).Concat(Bounds(container)).Select(problem => $"{workload} {container.Text("name")}: {problem}"))),
    ];

    private static IEnumerable<string> Pod(Workload workload)
    {
        var problems = new (bool Wrong, string Text)[]
        {
            (!workload.Spec.Is(false, "automountServiceAccountToken"), "mounts a token"),
            (!workload.Spec.Is(false, "enableServiceLinks"), "gets a variable for every service, which may be taken for a setting"),
            (!workload.Spec.Is(true, "securityContext", "runAsNonRoot"), "may run as root"),
            (workload.Spec.Text("securityContext", "runAsUser") is null or "0", "has no user"),
            (workload.Spec.Text("securityContext", "seccompProfile", "type") != "RuntimeDefault", "has no seccomp profile"),
            (HostFields.Any(field => workload.Spec.At(field) is not null), "shares a namespace of its node"),
            (workload.Spec.Items("volumes").Any(volume => volume.At("hostPath") is not null), "mounts a path of its node"),
        };
        return problems.Where(problem => problem.Wrong).Select(problem => $"{workload}: {problem.Text}");
    }

    private static IEnumerable<string> Container(JsonNode container)
    {
        var context = container.At("securityContext");
        var problems = new (bool Wrong, string Text)[]
        {
            (context.At("privileged") is not null && !context.Is(false, "privileged"), "is privileged"),
            (!context.Is(false, "allowPrivilegeEscalation"), "may gain privileges"),
            (!context.Is(true, "readOnlyRootFilesystem"), "may write to its image"),
            (!context.Items("capabilities", "drop").Select(item => item.Text()).SequenceEqual(["ALL"]) || context.Items("capabilities", "add").Any(), "keeps capabilities"),
            (context.At("runAsUser") is not null || context.Is(false, "runAsNonRoot"), "has a user other than its pod's"),
        };
        return problems.Where(problem => problem.Wrong).Select(problem => problem.Text);
    }

    private static IEnumerable<string> Image(JsonNode container)
    {
        var image = container.Text("image") ?? "";
        var tag = image.Contains(':') ? image.Split(':')[^1] : "";
        if (!tag.Any(char.IsAsciiDigit) || tag.Contains("latest"))
        {
            yield return $"its image {image} has no version";
        }
    }

    private static IEnumerable<string> Bounds(JsonNode container) =>
        from bound in new[] { "requests", "limits" }
        from resource in new[] { "cpu", "memory" }
        where container.Text("resources", bound, resource) is null
        select $"{bound} no {resource}";
}
