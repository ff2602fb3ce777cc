using System.CommandLine;
using Archer.Trainer.Role;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Archer.Trainer.CommandLine;

/// <summary>The command <c>run</c>: the trainer as a process of its own, until it is stopped.</summary>
internal static class RunCommand
{
    private const int BadConfiguration = 2;

    public static Command Create(TextWriter errors)
    {
        var settings = new Argument<string[]>("settings")
        {
            Description = "Configuration as --key value, such as --Archer:Trainer:SiloUrl http://silo:5080.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command("run", "Trains an agent from the replay buffer in Redis and publishes its versions to the silo.") { settings };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction((arguments, cancellationToken) =>
            RunAsync([.. arguments.UnmatchedTokens, .. arguments.GetValue(settings) ?? []], errors, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string[] settings, TextWriter errors, CancellationToken cancellationToken)
    {
        try
        {
            await using WebApplication app = TrainerProcess.Build(settings);
            await app.StartAsync(cancellationToken);
            await app.WaitForShutdownAsync(cancellationToken);
            return 0;
        }
        catch (OptionsValidationException invalid)
        {
            await errors.WriteLineAsync($"The trainer cannot start: {invalid.Failures.Count()} problem(s).");
            foreach (string problem in invalid.Failures)
                await errors.WriteLineAsync($"  {problem}");
            return BadConfiguration;
        }
    }
}
