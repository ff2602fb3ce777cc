using System.CommandLine;
using Archer.Client;
using Archer.Client.Http;

namespace SupportDesk;

internal static class Program
{
    private static Task<int> Main(string[] arguments) =>
        new RootCommand("A shop's support desk: its records, and customers that talk to the agent.") { RecordsCommand(), CustomersCommand() }
            .Parse(arguments).InvokeAsync();

    private static Command RecordsCommand()
    {
        var conversations = new Option<int>("--conversations") { Description = "Conversations to write.", DefaultValueFactory = _ => 4000 };
        var seed = new Option<ulong>("--seed") { Description = "Seed of every word.", DefaultValueFactory = _ => 1 };
        var output = new Option<FileInfo>("--out") { Description = "File to write, JSON lines.", Required = true };
        var command = new Command("records", "Writes conversations of the shop's people with customers.") { conversations, seed, output };
        command.SetAction(parsed =>
        {
            var file = parsed.GetRequiredValue(output);
            file.Directory!.Create();
            using var stream = file.Create();
            Records.Write(Desk.Shop, parsed.GetValue(conversations), parsed.GetValue(seed), stream);
            Console.WriteLine($"{parsed.GetValue(conversations)} conversations to {file.FullName}.");
        });
        return command;
    }

    private static Command CustomersCommand()
    {
        var url = new Option<string>("--url") { Description = "The silo; without it ARCHER_URL.", DefaultValueFactory = _ => Environment.GetEnvironmentVariable("ARCHER_URL") ?? new ArcherClientOptions().Url.OriginalString };
        var agent = new Option<string>("--agent") { Description = "Agent to talk to.", DefaultValueFactory = _ => "support" };
        var customers = new Option<int>("--customers") { Description = "Customers at the same time.", DefaultValueFactory = _ => 8 };
        var conversations = new Option<int>("--conversations") { Description = "Conversations.", DefaultValueFactory = _ => 512 };
        var seed = new Option<ulong>("--seed") { Description = "Seed of the customers' wishes and words.", DefaultValueFactory = _ => 1 };
        var run = new Option<string>("--run") { Description = "First part of the conversations' ids; another name gives new conversations.", Required = true };
        var evaluation = new Option<bool>("--evaluation") { Description = "Measure without teaching." };
        var version = new Option<string?>("--policy-version") { Description = "Version that answers; without it the one that serves." };
        var command = new Command("customers", "Lets scripted customers talk to the agent and reward what helps.")
        {
            url, agent, customers, conversations, seed, run, evaluation, version,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new ArcherClientOptions { Url = new Uri(parsed.GetRequiredValue(url)) },
            new VisitOptions
            {
                Agent = parsed.GetRequiredValue(agent),
                Customers = parsed.GetValue(customers),
                Conversations = parsed.GetValue(conversations),
                Seed = parsed.GetValue(seed),
                Run = parsed.GetRequiredValue(run),
                Evaluation = parsed.GetValue(evaluation),
                Version = parsed.GetValue(version),
            },
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ArcherClientOptions silo, VisitOptions options, CancellationToken cancellationToken)
    {
        try
        {
            using var client = new ArcherClient(silo);
            Console.WriteLine(Report.Of(await new Visits(client, options).RunAsync(cancellationToken)));
            return 0;
        }
        catch (ArcherException failure)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return 1;
        }
    }
}
