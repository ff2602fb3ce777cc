using System.CommandLine;

namespace Archer.Client.CommandLine.Status;

/// <summary>The command <c>status</c>.</summary>
internal static class StatusCommand
{
    private const double UsualInterval = 1;
    private const double MaxInterval = 3600;

    public static Command Create(Terminal terminal)
    {
        var connection = new ConnectionOptions(terminal);
        var agent = new Option<string?>("--agent") { Description = "The agent. Without it all of them.", HelpName = "name" };
        var once = new Option<bool>("--once") { Description = "Print the numbers once. So it is without a terminal too, unless --interval is given." };
        var interval = NumberOption.Optional("--interval", "Seconds between two looks. Default 1 on a terminal.", 0.1, MaxInterval);
        var json = new Option<bool>("--json") { Description = "Print one line of JSON for each agent and look." };
        var command = new ArcherCommand("status", "Shows the agents' numbers as they change: return, version, speed, losses.")
        {
            Examples = ["archer status", "archer status --json --interval 10 >> numbers.jsonl"],
            Options = { agent, once, interval, json },
        };
        connection.AddTo(command);
        return command.Runs(terminal, async (arguments, cancellationToken) =>
        {
            using var client = connection.Open(arguments);
            var asked = arguments.GetValue(interval);
            if (arguments.GetValue(once) && asked is not null)
            {
                throw new UsageException("--once and --interval exclude each other.");
            }

            var watch = new StatusWatch
            {
                Client = client,
                Terminal = terminal,
                Agent = arguments.GetValue(agent),
                Json = arguments.GetValue(json),
                Interval = Interval(terminal, arguments.GetValue(once), arguments.GetValue(json), asked),
            };
            return await watch.RunAsync(cancellationToken).ConfigureAwait(false);
        });
    }

    /// <summary>Null for a single look.</summary>
    private static TimeSpan? Interval(Terminal terminal, bool once, bool json, double? seconds)
    {
        var live = terminal.IsOutputInteractive && !json && !once;
        return seconds is not null || live ? TimeSpan.FromSeconds(seconds ?? UsualInterval) : null;
    }
}
