using System.Security.Cryptography;
using System.Text.Json;
using Archer.Client;
using Archer.Client.Agents;
using Archer.Client.Policies;
using Archer.Grains.Agents;
using Archer.Grains.Policies;
using Archer.Policy.Serving.Local;
using Microsoft.Extensions.Options;

namespace Archer.Silo.Policies;

/// <summary>Gives each agent that has no version yet its base checkpoint as the initial one: copied beside its place, then renamed into it.</summary>
internal sealed partial class BaseCheckpoints(
    AgentCatalog catalog, IOptions<SiloOptions> options, IOptions<PolicyClientOptions> policy, TimeProvider time, ILogger<BaseCheckpoints> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.InstallBaseCheckpoints)
        {
            return Task.CompletedTask;
        }

        var missing = catalog.Names.Select(name => catalog.Find(name)!).Where(agent => !Directory.Exists(Place(agent))).ToList();
        if (missing.Select(Problem).OfType<string>().ToList() is { Count: > 0 } problems)
        {
            throw new OptionsValidationException(nameof(AgentsOptions), typeof(AgentsOptions), problems);
        }

        foreach (var agent in missing.Where(agent => agent.BaseCheckpoint is not null))
        {
            Install(agent);
        }

        return Task.CompletedTask;
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
        null when policy.Value.Address is null || policy.Value.Address == OwnAddressHandler.Placeholder =>
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

    private void Install(AgentDefinition agent)
    {
        var (source, target) = (Find(agent.BaseCheckpoint!)!, Place(agent));
        var unfinished = Path.Combine(Path.GetDirectoryName(target)!, $".{agent.InitialVersion}.{Guid.NewGuid():N}");
        Directory.CreateDirectory(unfinished);
        foreach (var file in Directory.EnumerateFiles(source))
        {
            File.Copy(file, Path.Combine(unfinished, Path.GetFileName(file)), overwrite: true);
        }

        Adopt(unfinished, agent);
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

    /// <summary>
    /// A base that was made for another agent, or a version that another one learned, becomes this agent's first: it has read none of its replay rows.
    /// One from elsewhere has no manifest; with one it can be learned from.
    /// </summary>
    private void Adopt(string directory, AgentDefinition agent)
    {
        var path = Path.Combine(directory, PolicyManifest.FileName);
        var manifest = File.Exists(path) ? Read(path) : Describe(directory, agent);
        if (manifest is null || (File.Exists(path) && (manifest.Agent, manifest.Version) == (agent.Name, agent.InitialVersion)))
        {
            return;
        }

        var adopted = manifest with { Agent = agent.Name, Version = agent.InitialVersion, Step = 0, Parent = null, TrainedOn = null, LineageTrainedOn = [] };
        File.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(adopted, PolicyManifestJson.Default.PolicyManifest));
    }

    private PolicyManifest Describe(string directory, AgentDefinition agent) => new()
    {
        Schema = PolicyManifest.CurrentSchema,
        Version = agent.InitialVersion,
        Agent = agent.Name,
        Step = 0,
        CreatedAt = time.GetUtcNow(),
        Files = [.. Directory.EnumerateFiles(directory).Order(StringComparer.Ordinal).Select(DescribeFile)],
    };

    private static PolicyFile DescribeFile(string path)
    {
        using var content = File.OpenRead(path);
        return new PolicyFile { Name = Path.GetFileName(path), Bytes = content.Length, Sha256 = Convert.ToHexStringLower(SHA256.HashData(content)) };
    }

    /// <summary>Null for a manifest that is none: whoever loads the version says what is wrong with it.</summary>
    private static PolicyManifest? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), PolicyManifestJson.Default.PolicyManifest);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Agent {Agent} begins with version {Version} from {Source}")]
    private partial void LogInstalled(string agent, string version, string source);
}
