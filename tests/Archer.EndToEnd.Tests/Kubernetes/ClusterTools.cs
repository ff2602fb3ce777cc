using System.Diagnostics;
using System.Text.RegularExpressions;
using Archer.EndToEnd.Tests.Architecture;

namespace Archer.EndToEnd.Tests.Kubernetes;

/// <summary>The programs that these tests need beside .NET.</summary>
internal static partial class ClusterTools
{
    private const int OldestKustomize = 5;
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    /// <summary>Where the Kubernetes schemas are installed.</summary>
    public static readonly string Schemas = Path.Combine(Repository.Root, "tests", "Archer.EndToEnd.Tests", "Kubernetes", "Schemas");

    /// <summary>Why manifests cannot be rendered here; null when they can.</summary>
    public static string? KubectlMissing { get; } = FindKubectl();

    /// <summary>Why manifests cannot be compared with the Kubernetes schemas here; null when they can.</summary>
    public static string? SchemasMissing { get; } = KubectlMissing
        ?? (!OnPath("node") ? "node is not on PATH"
            : Directory.Exists(Path.Combine(Schemas, "node_modules", "kubernetes-models")) ? null
            : "the Kubernetes schemas are not installed (npm ci --prefix tests/Archer.EndToEnd.Tests/Kubernetes/Schemas)");

    /// <summary>Runs a program to its end; returns what it printed.</summary>
    /// <exception cref="InvalidOperationException">It failed; says what it printed.</exception>
    public static string Run(string program, string? input, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        if (!process.WaitForExit(Deadline))
        {
            process.Kill();
        }

        process.WaitForExit();
        return process.ExitCode == 0
            ? output.GetAwaiter().GetResult()
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {errors.GetAwaiter().GetResult()}");
    }

    private static string? FindKubectl()
    {
        if (!OnPath("kubectl"))
        {
            return "kubectl is not on PATH";
        }

        var version = KustomizeVersion().Match(Run("kubectl", null, "version", "--client"));
        return version.Success && int.Parse(version.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) >= OldestKustomize
            ? null
            : $"kubectl's kustomize is older than version {OldestKustomize}";
    }

    private static bool OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    [GeneratedRegex(@"Kustomize Version: v(\d+)\.")]
    private static partial Regex KustomizeVersion();
}
