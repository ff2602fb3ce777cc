using System.CommandLine;
using Archer.Client.Agents;
using Archer.Client.CommandLine;
using Archer.Policy.Checkpoints;
using Archer.Policy.Serving.Local;

namespace Archer.Trainer.CommandLine;

/// <summary>The command <c>install</c>: a checkpoint becomes an agent's first version, unless the agent has one already.</summary>
internal sealed class InstallCommand
{
    private readonly Option<string> _agent = new("--agent") { Description = "Agent that gets the version.", Required = true, HelpName = "name" };
    private readonly Option<DirectoryInfo> _checkpoint = new("--checkpoint") { Description = "Checkpoint directory, with its manifest.", Required = true, HelpName = "directory" };
    private readonly Option<string> _version = new("--policy-version") { Description = "Name of the version.", DefaultValueFactory = _ => new AgentDefinition().InitialVersion, HelpName = "version" };
    private readonly Option<DirectoryInfo> _data = new("--data") { Description = "Data directory of the platform, where policies/ is.", DefaultValueFactory = _ => new DirectoryInfo("data"), HelpName = "directory" };

    private InstallCommand()
    {
    }

    public static Command Create(Terminal terminal)
    {
        var install = new InstallCommand();
        var command = new ArcherCommand("install", "Gives an agent its first policy version, for a platform whose silo does not do so. Does nothing when the agent has that version, or a later one.")
        {
            Examples = ["Archer.Trainer install --agent support --checkpoint base --data /data"],
            Options = { install._agent, install._checkpoint, install._version, install._data },
        };
        return command.Runs(terminal, (arguments, _) => Task.FromResult(install.Run(arguments, terminal)));
    }

    private int Run(ParseResult arguments, Terminal terminal)
    {
        (var name, var first) = (arguments.GetRequiredValue(_agent), arguments.GetRequiredValue(_version));
        try
        {
            var store = new CheckpointStore(Path.Combine(arguments.GetRequiredValue(_data).FullName, "policies"), name, terminal.Time);
            // One that cannot serve would stay: a version that is there is never replaced.
            var installed = store.Install(
                arguments.GetRequiredValue(_checkpoint).FullName, first, source => LocalPolicy.Load(source.Path, terminal.Time).Dispose());
            terminal.Output.WriteLine(installed ? $"Agent {name} begins with version {first}." : $"Agent {name} has version {first} or a later one: nothing to do.");
            return ExitCodes.Success;
        }
        catch (ArgumentException unsafeName)
        {
            throw new UsageException(unsafeName.Message);
        }
    }
}
