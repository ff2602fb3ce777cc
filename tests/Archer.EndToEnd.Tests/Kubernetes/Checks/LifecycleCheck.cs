using System.Globalization;
using System.Text.Json.Nodes;
using Archer.Silo.Health;

namespace Archer.EndToEnd.Tests.Kubernetes.Checks;

/// <summary>Pods come and go without a scratch: probes, no silo taken away before its successor, more time to stop than the process takes.</summary>
internal static class LifecycleCheck
{
    private static readonly string[] Probes = ["startupProbe", "readinessProbe", "livenessProbe"];

    private static readonly double CheckSeconds = DependencyChecks.Timeout.TotalSeconds;

    /// <summary>How long each role may take to stop.</summary>
    private static readonly Dictionary<string, TimeSpan> ShutdownTimes = new()
    {
        ["silo"] = Archer.Silo.Composition.SiloProcess.ShutdownTimeout,
        ["trainer"] = Archer.Trainer.Role.TrainerProcess.ShutdownTimeout,
        ["policy"] = new Microsoft.Extensions.Hosting.HostOptions().ShutdownTimeout,
    };

    public static IEnumerable<string> Run(ManifestSet set) =>
        [.. set.Workloads.Where(workload => workload.Kind != "Pod").SelectMany(Of), .. Silo(set), .. Trainer(set)];

    private static IEnumerable<string> Of(Workload workload)
    {
        foreach (var container in workload.Spec.Items("containers"))
        {
            foreach (var probe in Probes.Where(probe => container.At(probe) is null))
            {
                yield return $"{workload}: has no {probe}";
            }

            foreach (var probe in Probes.Where(probe => Number(container.Text(probe, "timeoutSeconds") ?? "1") <= CheckSeconds))
            {
                yield return $"{workload}: its {probe} waits {container.Text(probe, "timeoutSeconds") ?? "1"} s, and a check may take {CheckSeconds} s";
            }

            foreach (var path in Probes.Select(probe => container.Text(probe, "httpGet", "path")).Where(path => path == HealthEndpoints.DependenciesPath))
            {
                yield return $"{workload}: a probe asks {path}, which other processes decide";
            }

            var ports = container.Items("ports").Select(port => port.Text("name")).ToHashSet();
            foreach (var port in Probes.Select(probe => container.At(probe)).Select(probe => probe.Text("httpGet", "port") ?? probe.Text("tcpSocket", "port")).OfType<string>().Distinct())
            {
                if (!ports.Contains(port))
                {
                    yield return $"{workload}: a probe asks the port {port}, which the container does not have";
                }
            }

            if (ShutdownTimes.TryGetValue(workload.Name, out var shutdown) && Grace(workload) <= shutdown.TotalSeconds + Sleep(container))
            {
                yield return $"{workload}: is killed after {Grace(workload)} s, and may take {shutdown.TotalSeconds + Sleep(container)} s to stop";
            }
        }
    }

    private static IEnumerable<string> Silo(ManifestSet set)
    {
        if (set.Find("Deployment", "silo").Text("spec", "strategy", "rollingUpdate", "maxUnavailable") != "0")
        {
            yield return "Deployment/silo: an upgrade may take a silo away before its successor is ready";
        }
    }

    private static IEnumerable<string> Trainer(ManifestSet set)
    {
        var trainer = set.Find("Deployment", "trainer");
        if (trainer.Text("spec", "replicas") != "1" || trainer.Text("spec", "strategy", "type") != "Recreate")
        {
            yield return "Deployment/trainer: two learners may write the versions of one agent";
        }
    }

    private static double Grace(Workload workload) => Number(workload.Spec.Text("terminationGracePeriodSeconds") ?? "30");

    private static double Sleep(JsonNode container) => Number(container.Text("lifecycle", "preStop", "sleep", "seconds") ?? "0");

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
