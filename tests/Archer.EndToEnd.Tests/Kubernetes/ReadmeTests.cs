using System.Text.RegularExpressions;
using Archer.EndToEnd.Tests.Architecture;

namespace Archer.EndToEnd.Tests.Kubernetes;

/// <summary>What k8s/README.md names is there: files, folders, objects, images, keys.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string Readme = File.ReadAllText(Path.Combine(Repository.Root, "k8s", "README.md"));

    private static readonly Dictionary<string, string> Kinds = new()
    {
        ["deployment"] = "Deployment",
        ["statefulset"] = "StatefulSet",
        ["service"] = "Service",
        ["pod"] = "Pod",
        ["hpa"] = "HorizontalPodAutoscaler",
    };

    private static IEnumerable<string> Commands => Readme.Split('\n').Where(line => line.StartsWith("    ", StringComparison.Ordinal)).Select(line => line.Trim());

    [Fact]
    public void Paths_AreThere()
    {
        var paths = Commands.SelectMany(line => FilePath().Matches(line)).Select(found => found.Groups[1].Value).Distinct().ToList();

        Assert.True(paths.Count >= 6, string.Join(", ", paths));
        Assert.All(paths, path => Assert.True(Path.Exists(Path.Combine(Repository.Root, path)), path));
    }

    [KubernetesFact]
    public void Objects_AreInTheManifests()
    {
        var set = ManifestSet.Render("base+volumes");
        var named = Commands.SelectMany(line => ObjectName().Matches(line)).Select(found => (Kind: Kinds[found.Groups[1].Value], Name: found.Groups[2].Value)).Distinct().ToList();

        Assert.Contains(("Deployment", "trainer"), named);
        Assert.Contains(("HorizontalPodAutoscaler", "silo"), named);
        Assert.All(named, item => Assert.True(set.Find(item.Kind, item.Name) is not null, $"{item.Kind}/{item.Name}"));
    }

    [KubernetesFact]
    public void Images_OfTheBase_AreBuiltAndLoaded()
    {
        var image = Assert.Single(Images("overlays/local"));

        Assert.Contains(Commands, line => IsBuildOf(image, line));
        Assert.Contains(Commands, line => line.StartsWith("kind load ", StringComparison.Ordinal) && line.Split(' ').Contains(image));
    }

    [KubernetesFact]
    public void Images_OfTheGpuOverlay_AreBuiltInTheirVariant()
    {
        var images = Images("overlays/gpu");

        Assert.Equal(2, images.Count);
        Assert.All(images, image => Assert.Contains(Commands, line =>
            IsBuildOf(image, line) && line.Contains("TORCH=cuda", StringComparison.Ordinal) == image.EndsWith("-cuda", StringComparison.Ordinal)));
    }

    [KubernetesFact]
    public void Keys_ThatAreMade_AreRead()
    {
        var read = ManifestSet.Render("base").Workloads.SelectMany(workload => workload.Containers).SelectMany(container => container.Items("env"))
            .Select(variable => variable.Text("valueFrom", "secretKeyRef", "key")).OfType<string>().ToHashSet();
        var made = SecretKey().Matches(Readme).Select(found => found.Groups[1].Value + found.Groups[2].Value).Distinct().ToList();

        Assert.Equal(read.Order(StringComparer.Ordinal), made.Order(StringComparer.Ordinal));
    }

    /// <summary>The command line ends a process that does not stop: never before its host had the time that the pod gives it.</summary>
    [Fact]
    public void Trainer_HasTheTimeToStop() =>
        Assert.True(Archer.Client.CommandLine.CommandApplication.StopTime > Archer.Trainer.Role.TrainerProcess.ShutdownTimeout);

    private static List<string> Images(string folder) =>
    [
        .. ManifestSet.Render(folder).Workloads.SelectMany(workload => workload.Containers).Select(container => container.Text("image")!)
            .Where(image => image.StartsWith("archer/", StringComparison.Ordinal)).Distinct(),
    ];

    private static bool IsBuildOf(string image, string command) =>
        command.StartsWith("docker build ", StringComparison.Ordinal) && command.EndsWith($" -t {image} .", StringComparison.Ordinal);

    [GeneratedRegex(@"(?:^| )(k8s/[\w./-]+)")]
    private static partial Regex FilePath();

    [GeneratedRegex(@"\b(deployment|statefulset|service|pod|hpa)[/ ](\w+)(?![\w-])")]
    private static partial Regex ObjectName();

    [GeneratedRegex(@"--from-literal=([\w-]+)=|stringData"":\{""([\w-]+)""")]
    private static partial Regex SecretKey();
}
