using System.CommandLine;
using Archer.Trainer.Sft;

namespace Archer.Trainer.CommandLine;

/// <summary>The command <c>sft</c>: behaviour cloning from a file of conversations into a checkpoint directory.</summary>
internal sealed class SftCommand
{
    private static readonly SftOptions Defaults = new();
    private static readonly BaseModelShape Shape = new();

    private readonly Option<FileInfo> _data = new("--data") { Description = "Conversations, JSON lines (README: format).", Required = true };
    private readonly Option<DirectoryInfo> _output = new("--out") { Description = "Checkpoint directory to write; must not be there.", Required = true };
    private readonly Option<DirectoryInfo?> _base = new("--base") { Description = "Checkpoint to go on from. Without it a new model and vocabulary are made." };
    private readonly Option<string> _name = new("--name") { Description = "Agent that the checkpoint's manifest names.", DefaultValueFactory = _ => "twenty-questions" };
    private readonly Option<int> _steps = new("--steps") { Description = "Optimiser steps.", DefaultValueFactory = _ => Defaults.Steps };
    private readonly Option<int> _batch = new("--batch") { Description = "Conversations of a step.", DefaultValueFactory = _ => Defaults.BatchConversations };
    private readonly Option<float> _rate = new("--rate") { Description = "Greatest step size.", DefaultValueFactory = _ => Defaults.LearningRate };
    private readonly Option<float> _userWeight = new("--user-weight") { Description = "Weight of the user's tokens.", DefaultValueFactory = _ => Defaults.UserWeight };
    private readonly Option<float> _labelWeight = new("--label-weight") { Description = "Weight of the label's prediction.", DefaultValueFactory = _ => Defaults.LabelWeight };
    private readonly Option<int> _validation = new("--validation") { Description = "Conversations at the end of the file to validate on.", DefaultValueFactory = _ => Defaults.ValidationConversations };
    private readonly Option<ulong> _seed = new("--seed") { Description = "Seed of weights and order.", DefaultValueFactory = _ => Defaults.Seed };
    private readonly Option<int> _layers = new("--layers") { Description = "Layers of a new model.", DefaultValueFactory = _ => Shape.Layers };
    private readonly Option<int> _width = new("--width") { Description = "Width C of a new model.", DefaultValueFactory = _ => Shape.HiddenSize };
    private readonly Option<int> _heads = new("--heads") { Description = "Heads of a new model.", DefaultValueFactory = _ => Shape.Heads };
    private readonly Option<int> _vocabulary = new("--vocabulary") { Description = "Most tokens of a new vocabulary.", DefaultValueFactory = _ => Shape.VocabularySize };
    private readonly Option<int> _threads = new("--threads") { Description = "Threads that compute.", DefaultValueFactory = _ => 2 };

    public static Command Create(TextWriter messages)
    {
        var sft = new SftCommand();
        var command = new Command("sft", "Clones the assistant's utterances of a file of conversations into a policy.")
        {
            sft._data, sft._output, sft._base, sft._name, sft._steps, sft._batch, sft._rate, sft._userWeight, sft._labelWeight,
            sft._validation, sft._seed, sft._layers, sft._width, sft._heads, sft._vocabulary, sft._threads,
        };
        command.SetAction((arguments, cancellationToken) => Task.Run(() => sft.Action(arguments, messages).Run(cancellationToken), cancellationToken));
        return command;
    }

    private SftAction Action(ParseResult arguments, TextWriter messages) => new()
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
            ValidationConversations = arguments.GetValue(_validation),
            Seed = arguments.GetValue(_seed),
        },
        Shape = new BaseModelShape
        {
            Layers = arguments.GetValue(_layers),
            HiddenSize = arguments.GetValue(_width),
            Heads = arguments.GetValue(_heads),
            VocabularySize = arguments.GetValue(_vocabulary),
        },
        Threads = arguments.GetValue(_threads),
        Messages = messages,
        Time = TimeProvider.System,
    };
}
