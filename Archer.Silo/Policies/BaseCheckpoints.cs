using Archer.Client;
using Archer.Client.Agents;
using Archer.Grains.Agents;
using Archer.Grains.Policies;
using Archer.Policy.Checkpoints;
using Archer.Policy.Serving.Local;
using Archer.Silo.Data;
using Microsoft.Extensions.Options;

namespace Archer.Silo.Policies;

/// <summary>Gives each agent that has no version yet its base checkpoint as the initial one: published as a trainer publishes a version.</summary>
internal sealed partial class BaseCheckpoints(
    AgentCatalog catalog, IOptions<SiloOptions> options, IOptions<PolicyClientOptions> policy, TimeProvider time, ILogger<BaseCheckpoints> logger) : IHostedService
{
    private const int Attempts = 50;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.InstallBaseCheckpoints)
        {
            return;
        }

        var missing = catalog.Names.Select(name => catalog.Find(name)!).Where(agent => !Directory.Exists(Place(agent))).ToList();
        if (missing.Select(Problem).OfType<string>().ToList() is { Count: > 0 } problems)
        {
            throw new OptionsValidationException(nameof(AgentsOptions), typeof(AgentsOptions), problems);
        }

        foreach (var agent in missing.Where(agent => agent.BaseCheckpoint is not null))
        {
            await InstallAsync(agent, CheckpointDirectory.Open(Find(agent.BaseCheckpoint!)!), cancellationToken);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>A relative path is looked for from the working directory, then beside the program.</summary>
    internal static string? Find(string path) =>
        new[] { Path.GetFullPath(path), Path.Combine(AppContext.BaseDirectory, path) }.FirstOrDefault(Directory.Exists);

    private string Place(AgentDefinition agent) => Path.Combine(options.Value.DataDirectory, "policies", agent.Name, agent.InitialVersion);

    /// <summary>Why an agent without a version could not say a word; null when it will have one, or when another process keeps the versions.</summary>
    private string? Problem(AgentDefinition agent) => agent.BaseCheckpoint switch
    {
        { } path => Find(path) is { } directory ? Refusal(agent, directory) : $"Archer:Agents: agent {agent.Name}: BaseCheckpoint {path} is not a directory.",
        null when policy.Value.Address is null =>
            $"Archer:Agents: agent {agent.Name}: BaseCheckpoint is missing, and {Place(agent)} is not there.",
        _ => null,
    };

    /// <summary>Tried before it is copied: a version that is there is never replaced, so that mending the base would change nothing.</summary>
    private string? Refusal(AgentDefinition agent, string directory)
    {
        try
        {
            LocalPolicy.Load(directory, time).Dispose();
            return null;
        }
        catch (ArcherException refused)
        {
            return $"Archer:Agents: agent {agent.Name}: BaseCheckpoint {agent.BaseCheckpoint} cannot serve. {refused.Message}";
        }
    }

    /// <summary>
    /// A base that was made for another agent, or a version that another one learned, becomes this agent's first: it has read none of its replay rows.
    /// One from elsewhere has no manifest; with one it can be learned from. Written as a trainer writes a version, so that a crash leaves it whole or not there.
    /// </summary>
    private async Task InstallAsync(AgentDefinition agent, CheckpointDirectory source, CancellationToken cancellationToken)
    {
        var store = new CheckpointStore(Path.Combine(options.Value.DataDirectory, DataFolders.Policies), agent.Name, time);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (store.InstallMissing(source, agent.InitialVersion))
                {
                    LogInstalled(agent.Name, agent.InitialVersion, source.Path);
                }

                return;
            }
            catch (CheckpointException) when (attempt < Attempts)
            {
                // Another silo that shares the directory may be at it: when it is done there is nothing left to do.
                await Task.Delay(Pause, time, cancellationToken);
            }
            catch (CheckpointException failure)
            {
                throw new DataDirectoryException($"Agent {agent.Name} cannot be given its first version. {failure.Message}", failure);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Agent {Agent} begins with version {Version} from {Source}")]
    private partial void LogInstalled(string agent, string version, string source);
}
