using System.Reflection;
using Archer.EndToEnd.Tests.Architecture;

namespace Archer.EndToEnd.Tests.Documents;

public sealed class ConfigurationDocumentTests
{
    /// <summary>Options that no configuration reaches: of commands (their <c>--help</c> tells), of a request, of a caller's code.</summary>
    private static readonly string[] NotConfigured =
    [
        "AdamWOptions", "AgentsOptions", "BpeTrainerOptions", "ConcurrencyStrategyOptions", "ConnectionOptions", "LoadOptions", "LocalReplayOptions", "ScriptedPlayerOptions", "SftOptions",
        "SimulationOptions", "StreamOptions",
    ];

    [Fact]
    public async Task Configuration_IsWhatTheOptionsTypesSay()
    {
        var preamble = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "tests/Archer.EndToEnd.Tests/Documents/configuration.head.md"));

        await Renewal.CheckAsync(ConfigurationDocument.Path, ConfigurationDocument.Write(preamble));
    }

    [Fact]
    public void OptionsTypes_AreAllDocumented()
    {
        string[] assemblies = ["Archer.Client", "Archer.Grains", "Archer.Silo", "Archer.Policy", "Archer.Trainer"];
        var forgotten = assemblies
            .SelectMany(name => Assembly.Load(name).GetTypes())
            .Where(type => type.IsClass && type.Name.EndsWith("Options", StringComparison.Ordinal))
            .Where(type => !ConfigurationDocument.Documented.Contains(type) && !NotConfigured.Contains(type.Name))
            .Select(type => type.FullName);

        Assert.Empty(forgotten);
    }
}
