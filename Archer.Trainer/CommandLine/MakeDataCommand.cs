using System.CommandLine;
using Archer.Client.CommandLine;
using Archer.Policy.Text;
using Archer.Tasks;
using Archer.Trainer.Sft;

namespace Archer.Trainer.CommandLine;

/// <summary>The command <c>make-data</c>: conversations of a scripted player, to clone a base policy from.</summary>
internal static class MakeDataCommand
{
    private const int MaxGames = 100_000_000;

    public static Command Create(Terminal terminal)
    {
        var task = new Option<string>("--task") { Description = "The task that is played.", DefaultValueFactory = _ => TaskCatalog.Default.Name };
        task.AcceptOnlyFromAmong([.. TaskCatalog.Names]);
        var games = NumberOption.Of("--games", "Games.", 20_000, 1, MaxGames);
        var seed = NumberOption.Of("--seed", "Seed of all games.", 1UL, 0UL, ulong.MaxValue);
        var output = new Option<FileInfo>("--out") { Description = "File to write, JSON lines (docs/data.md); must not exist.", Required = true, HelpName = "file" };
        var command = new ArcherCommand("make-data", "Writes conversations of a scripted player that speaks well and plays badly.")
        {
            Examples = ["Archer.Trainer make-data --games 20000 --seed 1 --out games.jsonl"],
            Options = { task, games, seed, output },
        };
        return command.Runs(terminal, (arguments, cancellationToken) =>
        {
            var (number, played) = (arguments.GetValue(games), TaskCatalog.Find(arguments.GetRequiredValue(task)));
            return Task.Run(
                () => RunAsync(played.Demonstrate(number, arguments.GetValue(seed)), number, arguments.GetRequiredValue(output), terminal, cancellationToken), cancellationToken);
        });
    }

    private static async Task<int> RunAsync(IEnumerable<Demonstration> demonstrations, int games, FileInfo output, Terminal terminal, CancellationToken cancellationToken)
    {
        NewOutput.Require(output.FullName);
        long turns = 0;
        await NewOutput.WriteFileAsync(output.FullName, stream =>
        {
            ConversationFile.Write(Played(), stream);
            return Task.CompletedTask;
        });
        output.Refresh();
        await terminal.Output.WriteLineAsync(FormattableString.Invariant(
            $"{output.FullName}: {games} conversations, {(double)turns / games:F2} turns each, {output.Length} bytes."));
        return ExitCodes.Success;

        IEnumerable<SftConversation> Played()
        {
            foreach (var demonstration in demonstrations)
            {
                cancellationToken.ThrowIfCancellationRequested();
                turns += demonstration.Messages.Count / 2;
                yield return new SftConversation
                {
                    Messages = [.. demonstration.Messages.Select(message => new SftMessage(message.IsAgent ? ChatRole.Assistant : ChatRole.User, message.Text, message.Imitate))],
                    Label = demonstration.Hidden,
                };
            }
        }
    }
}
