using System.CommandLine;
using Archer.Client.CommandLine;
using Archer.Client.Tasks.TwentyQuestions;
using Archer.Trainer.Demonstrations;
using Archer.Trainer.Sft;

namespace Archer.Trainer.CommandLine;

/// <summary>The command <c>make-data</c>: conversations of a scripted player, to clone a base policy from.</summary>
internal static class MakeDataCommand
{
    private const string TwentyQuestions = "twenty-questions";
    private const int MostGames = 100_000_000;
    private static readonly ScriptedPlayerOptions Defaults = new();

    public static Command Create(Terminal terminal)
    {
        var task = new Option<string>("--task") { Description = "The task that is played: twenty-questions.", DefaultValueFactory = _ => TwentyQuestions };
        task.AcceptOnlyFromAmong(TwentyQuestions);
        var games = NumberOption.Of("--games", "Games.", Defaults.Games, 1, MostGames);
        var seed = NumberOption.Of("--seed", "Seed of all games.", Defaults.Seed, 0UL, ulong.MaxValue);
        var output = new Option<FileInfo>("--out") { Description = "File to write, JSON lines (docs/data.md); must not be there.", Required = true, HelpName = "file" };
        var command = new ArcherCommand("make-data", "Writes conversations of a scripted player that speaks well and plays badly.")
        {
            Examples = ["Archer.Trainer make-data --games 20000 --seed 1 --out games.jsonl"],
            Options = { task, games, seed, output },
        };
        return command.Runs(terminal, (arguments, cancellationToken) =>
        {
            var options = new ScriptedPlayerOptions { Games = arguments.GetValue(games), Seed = arguments.GetValue(seed) };
            return Task.Run(() => RunAsync(options, arguments.GetRequiredValue(output), terminal, cancellationToken), cancellationToken);
        });
    }

    private static async Task<int> RunAsync(ScriptedPlayerOptions options, FileInfo output, Terminal terminal, CancellationToken cancellationToken)
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
            $"{output.FullName}: {options.Games} conversations, {(double)turns / options.Games:F2} turns each, {output.Length} bytes."));
        return ExitCodes.Success;

        IEnumerable<SftConversation> Played()
        {
            foreach (SftConversation conversation in new ScriptedPlayer(TwentyQuestionsAnswerer.TenWords, options).Play())
            {
                cancellationToken.ThrowIfCancellationRequested();
                turns += conversation.Messages.Count / 2;
                yield return conversation;
            }
        }
    }
}
