namespace Archer.EndToEnd.Tests.Kubernetes.Checks;

/// <summary>Every check that needs no program beside .NET; each gives the problems that it finds.</summary>
internal static class ManifestChecks
{
    public static readonly IReadOnlyDictionary<string, Func<ManifestSet, IEnumerable<string>>> All = new Dictionary<string, Func<ManifestSet, IEnumerable<string>>>
    {
        ["selectors"] = SelectorCheck.Run,
        ["volumes"] = VolumeCheck.Run,
        ["security"] = SecurityCheck.Run,
        ["network"] = NetworkCheck.Run,
        ["lifecycle"] = LifecycleCheck.Run,
        ["variables"] = VariableCheck.Run,
        ["images"] = ImageCheck.Run,
        ["gpu"] = GpuCheck.Run,
    };
}
