using Archer.Client.Agents;
using Archer.Grains.Agents;
using Microsoft.Extensions.Options;

namespace Archer.Silo.Policies;

/// <summary>Gives each agent that has no version yet its base checkpoint as the initial one: copied beside its place, then renamed into it.</summary>
internal sealed partial class BaseCheckpoints(AgentCatalog catalog, IOptions<SiloOptions> options, ILogger<BaseCheckpoints> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var agent in catalog.Names.Select(name => catalog.Find(name)!).Where(agent => agent.BaseCheckpoint is not null))
        {
            Install(agent);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>A relative path is looked for from the working directory, then beside the program.</summary>
    internal static string? Find(string path) =>
        new[] { Path.GetFullPath(path), Path.Combine(AppContext.BaseDirectory, path) }.FirstOrDefault(Directory.Exists);

    private void Install(AgentDefinition agent)
    {
        var versions = Path.Combine(options.Value.DataDirectory, "policies", agent.Name);
        var target = Path.Combine(versions, agent.InitialVersion);
        if (Directory.Exists(target))
        {
            return;
        }

        var source = Find(agent.BaseCheckpoint!) ?? throw new OptionsValidationException(
            nameof(AgentsOptions), typeof(AgentsOptions), [$"Archer:Agents: agent {agent.Name}: BaseCheckpoint {agent.BaseCheckpoint} is not a directory."]);
        var unfinished = Path.Combine(versions, $".{agent.InitialVersion}.{Guid.NewGuid():N}");
        Directory.CreateDirectory(unfinished);
        foreach (var file in Directory.EnumerateFiles(source))
        {
            File.Copy(file, Path.Combine(unfinished, Path.GetFileName(file)), overwrite: true);
        }

        try
        {
            Directory.Move(unfinished, target);
        }
        catch (IOException) when (Directory.Exists(target))
        {
            // Another silo that shares the directory was faster.
            Directory.Delete(unfinished, recursive: true);
            return;
        }

        LogInstalled(agent.Name, agent.InitialVersion, source);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Agent {Agent} begins with version {Version} from {Source}")]
    private partial void LogInstalled(string agent, string version, string source);
}
