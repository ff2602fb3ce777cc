using System.CommandLine;
using Archer.Client.CommandLine;
using Archer.Policy.Tensors;
using Archer.Policy.Text;
using Archer.Trainer.Sft;

namespace Archer.Trainer.CommandLine;

/// <summary>The command <c>sft</c>: behaviour cloning from a file of conversations into a checkpoint directory.</summary>
internal sealed class SftCommand
{
    private static readonly SftOptions Defaults = new();
    private static readonly BaseModelShape Shape = new();

    private readonly Option<FileInfo> _data = new("--data") { Description = "Conversations, JSON lines (docs/data.md).", Required = true, HelpName = "file" };
    private readonly Option<DirectoryInfo> _output = new("--out") { Description = "Checkpoint directory to write; must not exist.", Required = true, HelpName = "directory" };
    private readonly Option<DirectoryInfo?> _base = new("--base") { Description = "Checkpoint to go on from. Without it a new model and vocabulary are made.", HelpName = "directory" };
    private readonly Option<string> _name = new("--name") { Description = "Agent that the manifest names; who installs the checkpoint gives it his own.", DefaultValueFactory = _ => "base", HelpName = "agent" };
    private readonly Option<int> _steps = NumberOption.Of("--steps", "Optimiser steps.", Defaults.Steps, 1, int.MaxValue);
    private readonly Option<int> _batch = NumberOption.Of("--batch", "Conversations of a step.", Defaults.BatchConversations, 1, 65_536);
    private readonly Option<float> _rate = NumberOption.Of("--rate", "Peak learning rate.", Defaults.LearningRate, 1e-9f, 10f);
    private readonly Option<float> _userWeight = NumberOption.Of("--user-weight", "Weight of the user's tokens.", Defaults.UserWeight, 0f, 1000f);
    private readonly Option<float> _labelWeight = NumberOption.Of("--label-weight", "Weight of the label's prediction.", Defaults.LabelWeight, 0f, 1000f);
    private readonly Option<int?> _validation = NumberOption.Optional("--validation", $"Conversations at the end of the file to validate on. Without it a tenth, at most {Defaults.ValidationConversations}.", 1, int.MaxValue);
    private readonly Option<ulong> _seed = NumberOption.Of("--seed", "Seed of weights and order.", Defaults.Seed, 0UL, ulong.MaxValue);
    private readonly Option<int> _layers = NumberOption.Of("--layers", "Layers of a new model.", Shape.Layers, 1, 256);
    private readonly Option<int> _width = NumberOption.Of("--width", "Width C of a new model, a multiple of twice the heads.", Shape.HiddenSize, 2, 16_384);
    private readonly Option<int> _heads = NumberOption.Of("--heads", "Heads of a new model.", Shape.Heads, 1, 1024);
    private readonly Option<int> _vocabulary = NumberOption.Of("--vocabulary", "Most tokens of a new vocabulary.", Shape.VocabularySize, 256 + ChatTemplate.SpecialTokens.Count, 1_000_000);
    private readonly Option<TensorDevice> _device = new("--device") { Description = "Where it computes: auto, cpu; with libtorch also torch, cuda.", DefaultValueFactory = _ => TensorDevice.Auto, HelpName = "device" };
    private readonly Option<int> _threads = NumberOption.Of("--threads", "Threads that compute.", 2, 1, 1024);

    public static Command Create(Terminal terminal)
    {
        var sft = new SftCommand();
        var command = new ArcherCommand("sft", "Clones the assistant's utterances of a file of conversations into a policy.")
        {
            Examples =
            [
                "Archer.Trainer sft --data games.jsonl --out base",
                "Archer.Trainer sft --data good.jsonl --base base --steps 200 --validation 50 --out better",
            ],
            Options =
            {
                sft._data, sft._output, sft._base, sft._name, sft._steps, sft._batch, sft._rate, sft._userWeight, sft._labelWeight,
                sft._validation, sft._seed, sft._layers, sft._width, sft._heads, sft._vocabulary, sft._device, sft._threads,
            },
        };
        return command.Runs(terminal, (arguments, cancellationToken) =>
            Task.Run(() => sft.Action(arguments, terminal).Run(cancellationToken), cancellationToken));
    }

    private SftAction Action(ParseResult arguments, Terminal terminal) => new()
    {
        Data = arguments.GetRequiredValue(_data).FullName,
        Output = arguments.GetRequiredValue(_output).FullName,
        Base = arguments.GetValue(_base)?.FullName,
        Name = arguments.GetRequiredValue(_name),
        Options = new SftOptions
        {
            Steps = arguments.GetValue(_steps),
            BatchConversations = arguments.GetValue(_batch),
            LearningRate = arguments.GetValue(_rate),
            UserWeight = arguments.GetValue(_userWeight),
            LabelWeight = arguments.GetValue(_labelWeight),
            Seed = arguments.GetValue(_seed),
        },
        Shape = new BaseModelShape
        {
            Layers = arguments.GetValue(_layers),
            HiddenSize = arguments.GetValue(_width),
            Heads = arguments.GetValue(_heads),
            VocabularySize = arguments.GetValue(_vocabulary),
        },
        Validation = arguments.GetValue(_validation),
        Device = arguments.GetValue(_device),
        Threads = arguments.GetValue(_threads),
        Terminal = terminal,
    };
}
