using System.CommandLine;
using Archer.Client.CommandLine;
using Archer.Policy.Checkpoints;
using Archer.Policy.Tensors;

namespace Archer.Trainer.CommandLine;

/// <summary>The command <c>export</c>: a policy as a plain Hugging Face directory.</summary>
internal sealed class ExportCommand
{
    private readonly Option<DirectoryInfo?> _checkpoint = new("--checkpoint") { Description = "Checkpoint directory to export.", HelpName = "directory" };
    private readonly Option<string?> _agent = new("--agent") { Description = "Agent whose policy version is exported, in place of --checkpoint.", HelpName = "name" };
    private readonly Option<string?> _version = new("--policy-version") { Description = "The version, such as v000012. Without it the agent's newest.", HelpName = "version" };
    private readonly Option<DirectoryInfo> _data = new("--data") { Description = "Data directory of the platform, where policies/ is.", DefaultValueFactory = _ => new DirectoryInfo("data"), HelpName = "directory" };
    private readonly Option<DirectoryInfo> _output = new("--out") { Description = "Directory to write; must not exist.", Required = true, HelpName = "directory" };

    private ExportCommand()
    {
    }

    public static Command Create(Terminal terminal)
    {
        var export = new ExportCommand();
        var command = new ArcherCommand("export", "Writes a policy as a Hugging Face directory (weights, configuration, tokenizer, chat template), which transformers loads. The critic stays behind.")
        {
            Examples =
            [
                "Archer.Trainer export --agent support --policy-version v000012 --out exported",
                "Archer.Trainer export --checkpoint base --out exported",
            ],
            Options = { export._checkpoint, export._agent, export._version, export._data, export._output },
        };
        return command.Runs(terminal, (arguments, _) => Task.FromResult(export.Run(arguments, terminal)));
    }

    private int Run(ParseResult arguments, Terminal terminal)
    {
        var source = Source(arguments, terminal.Time);
        var target = arguments.GetRequiredValue(_output).FullName;
        NewOutput.Require(target);
        var directory = CheckpointDirectory.Open(source);
        using var backend = TensorBackends.Cpu();
        using var policy = PolicyCheckpoint.Load(backend, directory);
        var files = PolicyCheckpoint.Files(policy.Actor, critic: null, policy.Tokenizer);
        NewOutput.WriteDirectory(target, path => Write(path, files));
        var what = directory.Manifest is { } manifest ? $"{manifest.Agent} {manifest.Version}, all hashes as in its manifest" : $"{source}, which has no manifest to check it by";
        terminal.Output.WriteLine($"{target}: {what}; {policy.Actor.Parameters.TotalCount} parameters, {string.Join(", ", files.Select(file => file.Name))}.");
        return ExitCodes.Success;
    }

    private static void Write(string directory, IEnumerable<CheckpointFile> files)
    {
        foreach (var file in files)
        {
            using var stream = File.Create(Path.Combine(directory, file.Name));
            file.Write(stream);
            stream.Flush(flushToDisk: true);
        }
    }

    private string Source(ParseResult arguments, TimeProvider time)
    {
        var name = arguments.GetValue(_agent);
        var wanted = arguments.GetValue(_version);
        if (arguments.GetValue(_checkpoint) is { } directory)
        {
            return name is null && wanted is null
                ? directory.FullName
                : throw new UsageException("--checkpoint and --agent with --policy-version exclude each other.");
        }
        if (name is null)
        {
            throw new UsageException("Say what to export: --checkpoint, or --agent with --policy-version.");
        }

        var policies = Path.Combine(arguments.GetRequiredValue(_data).FullName, "policies");
        if (!Directory.Exists(policies) || !Directory.EnumerateDirectories(policies).Select(Path.GetFileName).Contains(name))
        {
            throw new CommandException($"There is no agent '{name}' in {policies}: name another with --agent, or the platform's data directory with --data.");
        }

        var store = new CheckpointStore(policies, name, time);
        var versions = store.List().Select(manifest => manifest.Version).ToList();
        if (versions.Count == 0)
        {
            throw new CommandException($"{store.DirectoryPath} has no policy version.");
        }

        var chosen = wanted ?? versions[^1];
        return versions.Contains(chosen)
            ? store.PathOf(chosen)
            : throw new CommandException($"Agent '{name}' has no version '{chosen}' on disk; the newest are {string.Join(", ", versions.TakeLast(5))}.");
    }
}
