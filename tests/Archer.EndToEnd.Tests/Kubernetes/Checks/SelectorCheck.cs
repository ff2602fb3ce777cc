namespace Archer.EndToEnd.Tests.Kubernetes.Checks;

/// <summary>Every selector takes the pods that it is meant for, and every target is there.</summary>
internal static class SelectorCheck
{
    public static IEnumerable<string> Run(ManifestSet set) =>
        [.. OwnPods(set), .. Services(set), .. Budgets(set), .. Scalers(set), .. NetworkPolicies(set), .. Accounts(set), .. Names(set)];

    private static IEnumerable<string> OwnPods(ManifestSet set) =>
        from workload in set.Workloads
        where workload.Kind != "Pod" && !LabelSelector.Takes(workload.Object.At("spec", "selector"), workload.Labels)
        select $"{workload}: its selector does not take its own pods";

    private static IEnumerable<string> Services(ManifestSet set)
    {
        foreach (var service in set.OfKind("Service"))
        {
            var name = $"Service/{service.Text("metadata", "name")}";
            var pods = set.Workloads.Where(workload => LabelSelector.Equal(service.Map("spec", "selector"), workload.Labels)).ToList();
            if (service.Map("spec", "selector").Count == 0 || pods.Count != 1)
            {
                yield return $"{name}: its selector takes the pods of {pods.Count} workloads, expected one";
            }

            var ports = pods.SelectMany(pod => pod.Spec.Items("containers")).SelectMany(container => container.Items("ports")).ToList();
            foreach (var port in service.Items("spec", "ports"))
            {
                var target = port.Text("targetPort") ?? port.Text("port");
                if (!ports.Any(known => known.Text("name") == target || known.Text("containerPort") == target))
                {
                    yield return $"{name}: no container has the port {target}";
                }
            }
        }
    }

    private static IEnumerable<string> Budgets(ManifestSet set) =>
        from budget in set.OfKind("PodDisruptionBudget")
        where set.Workloads.Count(workload => LabelSelector.Takes(budget.At("spec", "selector"), workload.Labels)) != 1
        select $"PodDisruptionBudget/{budget.Text("metadata", "name")}: its selector does not take the pods of one workload";

    private static IEnumerable<string> Scalers(ManifestSet set)
    {
        foreach (var scaler in set.OfKind("HorizontalPodAutoscaler"))
        {
            var name = $"HorizontalPodAutoscaler/{scaler.Text("metadata", "name")}";
            var target = scaler.At("spec", "scaleTargetRef");
            var found = set.Find(target.Text("kind") ?? "", target.Text("name"));
            if (found is null || found.Text("apiVersion") != target.Text("apiVersion"))
            {
                yield return $"{name}: there is no {target.Text("kind")}/{target.Text("name")}";
            }
            else if (found.At("spec", "replicas") is not null)
            {
                yield return $"{name}: {target.Text("kind")}/{target.Text("name")} says how many replicas there are, and would undo the scaling when applied";
            }
        }
    }

    private static IEnumerable<string> NetworkPolicies(ManifestSet set) =>
        from policy in set.OfKind("NetworkPolicy")
        where !set.Workloads.Any(workload => LabelSelector.Takes(policy.At("spec", "podSelector"), workload.Labels))
        select $"NetworkPolicy/{policy.Text("metadata", "name")}: its selector takes no pod";

    private static IEnumerable<string> Accounts(ManifestSet set) =>
        from workload in set.Workloads
        let account = workload.Spec.Text("serviceAccountName")
        where set.Find("ServiceAccount", account) is null
        select $"{workload}: there is no ServiceAccount/{account ?? "(none)"}";

    private static IEnumerable<string> Names(ManifestSet set) =>
        from workload in set.Workloads
        where workload.Kind == "StatefulSet" && set.Find("Service", workload.Object.Text("spec", "serviceName")) is null
        select $"{workload}: there is no Service/{workload.Object.Text("spec", "serviceName")}";
}
