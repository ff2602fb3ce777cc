using System.CommandLine;
using Archer.Client.CommandLine;
using Archer.Trainer.Role;
using Microsoft.Extensions.Options;

namespace Archer.Trainer.CommandLine;

/// <summary>The command <c>train</c>: the trainer as a process of its own, until it is stopped.</summary>
internal static class TrainCommand
{
    private const string SiloUrl = $"{TrainerOptions.Section}:SiloUrl";
    private const string SiloKey = $"{TrainerOptions.Section}:SiloKey";
    private static readonly string[] HostSettings = ["urls", "http_ports", "environment", "contentRoot"];

    public static Command Create(Terminal terminal)
    {
        var connection = new ConnectionOptions(terminal);
        var settings = new Argument<string[]>("settings")
        {
            Description = "Configuration as --key value or --key=value; docs/configuration.md lists the keys. Environment variables do as well, as Archer__Redis.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new ArcherCommand("train", "Trains an agent from the replay buffer in Redis and publishes its versions to the silo, until it is stopped (then 0) or a later trainer takes over (then 1).")
        {
            Examples = ["Archer.Trainer train --url http://silo:5080 --Archer:Trainer:Agent support --Archer:Redis redis:6379 --Archer:DataDirectory /data"],
            Arguments = { settings },
        };
        connection.AddTo(command);
        return command.Runs(terminal, (arguments, cancellationToken) =>
        {
            _ = connection.Read(arguments);
            return RunAsync([.. Silo(connection, arguments), .. Settings(arguments.GetValue(settings) ?? [])], terminal, cancellationToken);
        });
    }

    /// <summary>The address and key of the command line, in the names of the configuration.</summary>
    private static IEnumerable<string> Silo(ConnectionOptions connection, ParseResult arguments)
    {
        if (connection.UrlText(arguments) is { } url)
        {
            yield return $"--{SiloUrl}={url}";
        }

        if (connection.KeyText(arguments) is { } key)
        {
            yield return $"--{SiloKey}={key}";
        }
    }

    /// <exception cref="UsageException">Something is no setting: a mistyped option would else be passed over in silence.</exception>
    private static string[] Settings(string[] given)
    {
        foreach (var word in given.Where(word => word.StartsWith('-')))
        {
            var key = word.TrimStart('-').Split('=')[0];
            if (!key.Contains(':') && !HostSettings.Contains(key, StringComparer.OrdinalIgnoreCase) && !double.TryParse(word, out _))
            {
                throw new UsageException($"{word} is neither an option nor a setting such as --Archer:Redis.");
            }
        }
        return given;
    }

    private static async Task<int> RunAsync(string[] settings, Terminal terminal, CancellationToken cancellationToken)
    {
        try
        {
            await using var app = TrainerProcess.Build(settings);
            return await TrainerProcess.RunAsync(app, cancellationToken) ? ExitCodes.Success : ExitCodes.Failure;
        }
        catch (OptionsValidationException invalid)
        {
            await terminal.Messages.WriteLineAsync($"The trainer cannot start: {invalid.Failures.Count()} problem(s).");
            foreach (var problem in invalid.Failures)
            {
                await terminal.Messages.WriteLineAsync($"  {problem}");
            }

            return ExitCodes.Usage;
        }
    }
}
