using System.CommandLine;
using Archer.Client.CommandLine;

namespace Archer.Trainer.CommandLine;

/// <summary>The trainer's command line.</summary>
internal static class TrainerCommandLine
{
    public static Command Create(Terminal terminal) => new ArcherCommand("Archer.Trainer", "Makes, trains, measures and exports policies of Archer agents.")
    {
        Examples = ["Archer.Trainer make-data --out games.jsonl", "Archer.Trainer sft --data games.jsonl --out base", "Archer.Trainer evaluate --checkpoint base"],
        Subcommands =
        {
            MakeDataCommand.Create(terminal),
            SftCommand.Create(terminal),
            TrainCommand.Create(terminal),
            EvaluateCommand.Create(terminal),
            ExportCommand.Create(terminal),
            InstallCommand.Create(terminal),
        },
    }.Groups(terminal);
}
