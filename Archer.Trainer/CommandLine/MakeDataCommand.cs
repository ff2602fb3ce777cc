using System.CommandLine;
using Archer.Client.Tasks.TwentyQuestions;
using Archer.Trainer.Demonstrations;
using Archer.Trainer.Sft;

namespace Archer.Trainer.CommandLine;

/// <summary>The command <c>make-data</c>: conversations of a scripted player, to clone a base policy from.</summary>
internal static class MakeDataCommand
{
    private const string TwentyQuestions = "twenty-questions";

    public static Command Create(TextWriter messages)
    {
        var task = new Option<string>("--task") { Description = "The task that is played: twenty-questions.", DefaultValueFactory = _ => TwentyQuestions };
        task.AcceptOnlyFromAmong(TwentyQuestions);
        var games = new Option<int>("--games") { Description = "Games.", DefaultValueFactory = _ => new ScriptedPlayerOptions().Games };
        var seed = new Option<ulong>("--seed") { Description = "Seed of all games.", DefaultValueFactory = _ => new ScriptedPlayerOptions().Seed };
        var output = new Option<FileInfo>("--out") { Description = "File to write, JSON lines.", Required = true };
        var command = new Command("make-data", "Writes conversations of a scripted player that speaks well and plays badly.") { task, games, seed, output };
        command.SetAction(arguments => Run(
            new ScriptedPlayerOptions { Games = arguments.GetValue(games), Seed = arguments.GetValue(seed) },
            arguments.GetRequiredValue(output),
            messages));
        return command;
    }

    private static int Run(ScriptedPlayerOptions options, FileInfo output, TextWriter messages)
    {
        SftConversation[] conversations = [.. new ScriptedPlayer(TwentyQuestionsAnswerer.TenWords, options).Play()];
        output.Directory?.Create();
        using (FileStream file = output.Create())
            ConversationFile.Write(conversations, file);
        double meanTurns = conversations.Average(conversation => conversation.Messages.Count / 2);
        messages.WriteLine($"{output.FullName}: {conversations.Length} conversations, {meanTurns:F2} turns each, {output.Length} bytes.");
        return 0;
    }
}
