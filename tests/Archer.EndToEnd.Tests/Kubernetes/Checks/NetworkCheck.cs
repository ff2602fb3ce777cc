using System.Text.Json.Nodes;

namespace Archer.EndToEnd.Tests.Kubernetes.Checks;

/// <summary>Works out who may speak to whom, and compares it with the data flow: all of it, and nothing else.</summary>
internal static class NetworkCheck
{
    private const string Dns = "dns";
    private const string Application = "application";
    private const string Stranger = "stranger";
    private static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>();

    /// <summary>The data flow of the platform.</summary>
    private static readonly HashSet<string> Expected =
    [
        "application → silo TCP 8080", "trainer → silo TCP 8080", "silo → silo TCP 11111", "silo → policy TCP 8080",
        "silo → redis TCP 6379", "trainer → redis TCP 6379",
        "silo → dns UDP 53", "silo → dns TCP 53", "trainer → dns UDP 53", "trainer → dns TCP 53",
    ];

    public static IEnumerable<string> Run(ManifestSet set)
    {
        var pods = Pods(set);
        var ports = set.Workloads.SelectMany(workload => workload.Containers).SelectMany(container => container.Items("ports"))
            .Select(port => (Protocol: port.Text("protocol") ?? "TCP", Port: port.Text("containerPort")!))
            .Concat([(Protocol: "UDP", Port: "53"), (Protocol: "TCP", Port: "53"), (Protocol: "TCP", Port: "443")]).Distinct().ToList();
        var allowed =
            (from source in pods
             from target in pods
             where source.Inside || target.Inside
             from port in ports
             where Allows(set, source, target, "Egress", port) && Allows(set, target, source, "Ingress", port)
             select $"{source.Name} → {target.Name} {port.Protocol} {port.Port}").ToHashSet();
        return
        [
            .. Expected.Except(allowed).Select(flow => $"network: {flow} is shut, and the data flow needs it"),
            .. allowed.Except(Expected).Select(flow => $"network: {flow} is open, and the data flow does not need it"),
        ];
    }

    /// <summary>The pods of the platform, one that no workload makes, and the world around.</summary>
    private static List<Pod> Pods(ManifestSet set) =>
    [
        .. set.Workloads.Select(workload => new Pod(workload.Name, workload.Labels, None, Inside: true)),
        new Pod("visitor", None, None, Inside: true),
        new Pod(Application, None, new Dictionary<string, string> { ["archer-clients"] = "allowed" }, Inside: false),
        new Pod(Stranger, None, None, Inside: false),
        new Pod(
            Dns, new Dictionary<string, string> { ["k8s-app"] = "kube-dns" }, new Dictionary<string, string> { ["kubernetes.io/metadata.name"] = "kube-system" }, Inside: false),
    ];

    /// <summary>Whether a pod may speak (Egress) or be spoken to (Ingress): a pod that no policy selects may do everything.</summary>
    private static bool Allows(ManifestSet set, Pod own, Pod peer, string direction, (string Protocol, string Port) port)
    {
        if (!own.Inside)
        {
            return true;
        }

        var policies = set.OfKind("NetworkPolicy")
            .Where(policy => policy.Items("spec", "policyTypes").Any(type => type.Text() == direction))
            .Where(policy => LabelSelector.Takes(policy.At("spec", "podSelector"), own.Labels)).ToList();
        var (rules, peers) = direction == "Egress" ? ("egress", "to") : ("ingress", "from");
        return policies.Count == 0
            || policies.SelectMany(policy => policy.Items("spec", rules)).Any(rule => Names(rule, port) && Takes(rule, peers, peer));
    }

    private static bool Names(JsonNode rule, (string Protocol, string Port) port) =>
        rule.At("ports") is null || rule.Items("ports").Any(known => (known.Text("protocol") ?? "TCP") == port.Protocol && (known.Text("port") ?? port.Port) == port.Port);

    private static bool Takes(JsonNode rule, string peers, Pod peer) => rule.At(peers) is null || rule.Items(peers).Any(selected =>
    {
        var (pods, spaces) = (selected.At("podSelector"), selected.At("namespaceSelector"));
        var space = spaces is null ? peer.Inside : !peer.Inside && LabelSelector.Takes(spaces, peer.NamespaceLabels);
        return selected.At("ipBlock") is not null || (space && (pods is null || LabelSelector.Takes(pods, peer.Labels)));
    });

    private sealed record Pod(string Name, IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> NamespaceLabels, bool Inside);
}
