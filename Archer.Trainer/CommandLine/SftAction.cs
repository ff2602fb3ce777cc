using System.Globalization;
using Archer.Client.CommandLine;
using Archer.Policy.Checkpoints;
using Archer.Policy.Models;
using Archer.Policy.Tensors;
using Archer.Policy.Text;
using Archer.Trainer.Sft;

namespace Archer.Trainer.CommandLine;

/// <summary>Reads conversations, clones them, writes the checkpoint.</summary>
internal sealed class SftAction
{
    public required string Data { get; init; }

    public required string Output { get; init; }

    public required string? Base { get; init; }

    public required string Name { get; init; }

    public required SftOptions Options { get; init; }

    /// <summary>Conversations to validate on; null takes a tenth of them, and no more than the options say.</summary>
    public required int? Validation { get; init; }

    public required BaseModelShape Shape { get; init; }

    public required TensorDevice Device { get; init; }

    public required int Threads { get; init; }

    public required Terminal Terminal { get; init; }

    public int Run(CancellationToken cancellationToken)
    {
        NewOutput.Require(Output);
        CheckNames();
        using var ticker = new SftTicker(Terminal.Time, "reading the conversations", Terminal.Messages.WriteLine);
        var conversations = ConversationFile.Read(Data);
        ticker.Enter(Base is null ? "making the vocabulary" : "loading the base");
        using var backend = Usable(() => TensorBackends.On(Device, Threads));
        (var policy, var tokenizer) = Usable(() => Base is null ? Create(backend, conversations) : Load(backend, Base));
        ticker.Say($"{conversations.Count} conversations; {policy.Parameters.TotalCount} parameters, {tokenizer.VocabularySize} tokens; "
            + $"{Options.Steps} steps of {Options.BatchConversations}.");
        ticker.Enter("tokenising the conversations, then the first step");
        List<SftProgress> reports = [];
        using (var cloning = Usable(() => new BehaviorCloning(backend, policy, new ChatTemplate(tokenizer), conversations, OptionsFor(conversations.Count))))
        {
            cloning.Run(
                progress =>
                {
                    reports.Add(progress);
                    ticker.Say(Describe(progress));
                },
                ticker,
                cancellationToken);
        }
        ticker.Enter("writing the checkpoint");
        foreach (var warning in SftWarnings.Of(reports.Count > 1 ? reports[^2] : null, reports[^1], tokenizer.VocabularySize))
        {
            ticker.Say($"warning: {warning}.");
        }

        Write(policy, tokenizer, reports[^1]);
        policy.Parameters.Dispose();
        return ExitCodes.Success;
    }

    private SftOptions OptionsFor(int conversations) =>
        Options with { ValidationConversations = Validation ?? Math.Clamp(conversations / 10, 1, Options.ValidationConversations) };

    private void CheckNames()
    {
        if (!(Name.Length is > 0 and <= 64 && Name.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '-')))
        {
            throw new UsageException($"--name is '{Name}', expected 1 to 64 lower-case letters, digits and hyphens.");
        }
    }

    /// <summary>What the options or the data make impossible is the user's to change.</summary>
    private static T Usable<T>(Func<T> make)
    {
        try
        {
            return make();
        }
        catch (Exception unusable) when (unusable is ArgumentException or NotSupportedException)
        {
            throw new UsageException(unusable.Message);
        }
    }

    private (LlamaDecoder Policy, BpeTokenizer Tokenizer) Create(ITensorBackend backend, IReadOnlyList<SftConversation> conversations)
    {
        var tokenizer = new BpeTrainer(new BpeTrainerOptions { VocabularySize = Shape.VocabularySize })
            .Train(conversations.SelectMany(conversation => conversation.Messages).Select(message => message.Text));
        var policy = new LlamaDecoder(backend, Shape.ToConfig(tokenizer.VocabularySize));
        policy.Initialize(Options.Seed);
        return (policy, tokenizer);
    }

    private static (LlamaDecoder Policy, BpeTokenizer Tokenizer) Load(ITensorBackend backend, string path)
    {
        var checkpoint = PolicyCheckpoint.Load(backend, CheckpointDirectory.Open(path), trainable: true);
        checkpoint.Critic?.Parameters.Dispose();
        return (checkpoint.Actor, checkpoint.Tokenizer);
    }

    private static string Describe(SftProgress progress)
    {
        var label = progress.ValidationLabelLoss is { } loss ? string.Create(CultureInfo.InvariantCulture, $", label {loss:F4}") : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"step {progress.Step}/{progress.Steps}: loss {progress.Loss:F4}, validation {progress.ValidationLoss:F4} nats per token{label}; {progress.Elapsed:hh\\:mm\\:ss} gone, {progress.Left:hh\\:mm\\:ss} left");
    }

    /// <summary>The store writes crash-safely beside the output; one rename puts the finished version in its place.</summary>
    private void Write(LlamaDecoder policy, BpeTokenizer tokenizer, SftProgress last)
    {
        var parent = Path.GetDirectoryName(Path.GetFullPath(Output))!;
        var writing = Path.Combine(parent, ".sft-" + Path.GetFileName(Output));
        var metrics = new Dictionary<string, double> { ["validation_nll"] = last.ValidationLoss };
        if (last.ValidationLabelLoss is { } label)
        {
            metrics["validation_label_loss"] = label;
        }

        var store = new CheckpointStore(writing, Name, Terminal.Time);
        var manifest = store.Write(new CheckpointDraft { Files = PolicyCheckpoint.Files(policy, null, tokenizer), Metrics = metrics });
        Directory.Move(store.PathOf(manifest.Version), Output);
        Directory.Delete(writing, recursive: true);
        Terminal.Output.WriteLine($"{Output}: {manifest.Files.Sum(file => file.Bytes)} bytes.");
    }
}
