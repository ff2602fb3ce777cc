using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Options;

namespace Archer.Silo;

/// <summary>
/// Where settings come from, the later over the earlier: <c>demo.json</c> as long as nobody names agents of their own, <c>appsettings.json</c>, the files of
/// <c>Archer:Config</c>, the environment, the command line.
/// </summary>
internal static class SiloConfiguration
{
    private const string DemoFile = "demo.json";
    private const string Agents = "Archer:Agents";

    /// <summary>Adds the files beside those that ASP.NET Core reads.</summary>
    /// <exception cref="OptionsValidationException">A file is missing or no JSON; all problems are listed.</exception>
    public static void AddFiles(this ConfigurationManager configuration)
    {
        var sources = configuration.Sources;
        var files = (configuration[$"{SiloOptions.Section}:{nameof(SiloOptions.Config)}"] ?? "")
            .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Require(files);
        var place = sources.ToList().FindLastIndex(source => source is JsonConfigurationSource) + 1;
        foreach (var file in files)
        {
            Insert(sources, place++, file);
        }

        var demo = Path.Combine(AppContext.BaseDirectory, DemoFile);
        var shown = new ConfigurationBuilder().AddJsonFile(demo, optional: true).Build().GetSection(Agents).GetChildren().Select(agent => agent.Key);
        if (File.Exists(demo) && !configuration.GetSection(Agents).GetChildren().Select(agent => agent.Key).Except(shown).Any())
        {
            Insert(sources, 0, demo);
        }
    }

    /// <summary>Makes the data directory's path absolute for every role, and gives it. An empty one stays as it is: the start ends with every problem of the settings.</summary>
    public static string UseDataDirectory(this ConfigurationManager configuration)
    {
        const string key = $"{SiloOptions.Section}:{nameof(SiloOptions.DataDirectory)}";
        var configured = configuration[key] ?? new SiloOptions().DataDirectory;
        if (string.IsNullOrWhiteSpace(configured))
        {
            return Path.GetFullPath(new SiloOptions().DataDirectory);
        }

        return configuration[key] = Path.GetFullPath(configured);
    }

    private static void Insert(IList<IConfigurationSource> sources, int place, string file)
    {
        var source = new JsonConfigurationSource { Path = Path.GetFullPath(file) };
        source.ResolveFileProvider();
        try
        {
            sources.Insert(place, source);
        }
        catch (InvalidDataException unreadable)
        {
            throw Unusable([$"Archer: Config: {file} is no JSON: {unreadable.InnerException?.Message ?? unreadable.Message}"]);
        }
    }

    private static void Require(IEnumerable<string> files)
    {
        var missing = files.Where(file => !File.Exists(file)).Select(file => $"Archer: Config: {Path.GetFullPath(file)} is not a file.").ToList();
        if (missing.Count > 0)
        {
            throw Unusable(missing);
        }
    }

    private static OptionsValidationException Unusable(IEnumerable<string> problems) => new(nameof(SiloOptions.Config), typeof(SiloOptions), problems);
}
