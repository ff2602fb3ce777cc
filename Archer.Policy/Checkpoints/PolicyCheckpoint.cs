using System.Text;
using Archer.Policy.Models;
using Archer.Policy.Tensors;
using Archer.Policy.Text;

namespace Archer.Policy.Checkpoints;

/// <summary>
/// A policy with its vocabulary and critic, as it lies in a checkpoint directory: the layout of Hugging Face
/// (<c>config.json</c>, <c>generation_config.json</c>, <c>model.safetensors</c>, <c>tokenizer.json</c>, <c>tokenizer_config.json</c>)
/// and <c>critic.safetensors</c>.
/// </summary>
public sealed class PolicyCheckpoint : IDisposable
{
    /// <summary>Name of the actor's weights.</summary>
    public const string ModelFileName = "model.safetensors";

    /// <summary>Name of the critic's weights.</summary>
    public const string CriticFileName = "critic.safetensors";

    private const string CriticConfigKey = "config";

    /// <summary>The actor.</summary>
    public required LlamaDecoder Actor { get; init; }

    /// <summary>The critic; null when the checkpoint has none.</summary>
    public required Critic? Critic { get; init; }

    /// <summary>The vocabulary.</summary>
    public required BpeTokenizer Tokenizer { get; init; }

    /// <summary>The files of a policy. Values are read when the files are written; the same values always give the same bytes.</summary>
    /// <param name="actor">The actor; its configuration's end token becomes the template's.</param>
    /// <param name="critic">The critic, or null.</param>
    /// <param name="tokenizer">A vocabulary with the template's special tokens, no larger than the actor's.</param>
    /// <exception cref="ArgumentException">The vocabulary does not fit.</exception>
    public static IReadOnlyList<CheckpointFile> Files(LlamaDecoder actor, Critic? critic, BpeTokenizer tokenizer)
    {
        if (tokenizer.VocabularySize > actor.Config.VocabularySize)
        {
            throw new ArgumentException($"A vocabulary of {tokenizer.VocabularySize} tokens does not fit an actor of {actor.Config.VocabularySize}.");
        }

        var config = actor.Config with { EndToken = new ChatTemplate(tokenizer).StopId };
        List<CheckpointFile> files =
        [
            new(LlamaConfigJson.FileName, stream => LlamaConfigJson.Write(config, stream)),
            new(CompanionJson.GenerationConfigName, stream => CompanionJson.WriteGenerationConfig(config, stream)),
            new(ModelFileName, stream => SafetensorsWriter.Write(stream, ParameterFiles.Tensors(actor.Parameters))),
            new(TokenizerJson.FileName, stream => TokenizerJson.Write(tokenizer, stream)),
            new(CompanionJson.TokenizerConfigName, stream => CompanionJson.WriteTokenizerConfig(config, stream)),
        ];
        if (critic is not null)
        {
            files.Add(new(CriticFileName, stream => SafetensorsWriter.Write(stream, ParameterFiles.Tensors(critic.Parameters), CriticMetadata(critic))));
        }

        return files;
    }

    /// <summary>Loads a policy. Configurations and files must agree before memory is taken for the models.</summary>
    /// <param name="backend">Where the models live.</param>
    /// <param name="directory">A directory that was found whole.</param>
    /// <param name="trainable">Whether the models take gradients. Serving and reference policies do not.</param>
    /// <exception cref="CheckpointException">A file is missing or not valid, or files do not fit each other.</exception>
    public static PolicyCheckpoint Load(ITensorBackend backend, CheckpointDirectory directory, bool trainable = false)
    {
        var configPath = directory.FilePath(LlamaConfigJson.FileName);
        var config = LlamaConfigJson.Read(configPath);
        var tokenizer = ReadTokenizer(directory.FilePath(TokenizerJson.FileName));
        if (tokenizer.VocabularySize > config.VocabularySize)
        {
            var least = $"at least the tokenizer's {tokenizer.VocabularySize}";
            throw CheckpointException.AtPath(configPath, "$.vocab_size", least, $"{config.VocabularySize}");
        }

        var actor = LoadActor(backend, directory.FilePath(ModelFileName), config, trainable);
        try
        {
            var critic = directory.Contains(CriticFileName) ? LoadCritic(backend, directory.FilePath(CriticFileName), config, trainable) : null;
            return new PolicyCheckpoint { Actor = actor, Critic = critic, Tokenizer = tokenizer };
        }
        catch
        {
            actor.Parameters.Dispose();
            throw;
        }
    }

    /// <summary>Frees the models' parameters.</summary>
    public void Dispose()
    {
        Actor.Parameters.Dispose();
        Critic?.Parameters.Dispose();
    }

    private static BpeTokenizer ReadTokenizer(string path)
    {
        var tokenizer = TokenizerJson.Read(path);
        var texts = tokenizer.SpecialTokens.Select(token => token.Text).ToHashSet(StringComparer.Ordinal);
        if (ChatTemplate.SpecialTokens.FirstOrDefault(text => !texts.Contains(text)) is not { } missing)
        {
            return tokenizer;
        }

        var chat = string.Join(", ", ChatTemplate.SpecialTokens.Select(CheckpointException.Quote));
        throw CheckpointException.AtPath(path, "$.added_tokens", $"the chat's {chat}", $"no {CheckpointException.Quote(missing)}");
    }

    private static LlamaDecoder LoadActor(ITensorBackend backend, string path, LlamaConfig config, bool trainable)
    {
        using var file = SafetensorsFile.Open(path);
        RequireLayers(file, path, config);
        ParameterFiles.Require(file, path, LlamaDecoder.Specs(config), config.TieEmbeddings ? ["lm_head.weight"] : []);
        var actor = new LlamaDecoder(backend, config, trainable);
        ParameterFiles.Load(file, path, actor.Parameters);
        return actor;
    }

    /// <summary>The file itself says how its trunk is shaped; one from elsewhere has the actor's shape.</summary>
    private static Critic LoadCritic(ITensorBackend backend, string path, LlamaConfig actor, bool trainable)
    {
        using var file = SafetensorsFile.Open(path);
        var config = file.Metadata.TryGetValue(CriticConfigKey, out var json) ? LlamaConfigJson.Parse(path, Encoding.UTF8.GetBytes(json)) : actor;
        RequireLayers(file, path, config);
        var hidden = file.Entry("v1.0.weight");
        var headSize = hidden.Shape is [> 0, _]
            ? hidden.Shape[0]
            : throw CheckpointException.AtPath(path, "tensor 'v1.0.weight'", "shape [H, C]", $"shape {hidden.ShapeText}");
        ParameterFiles.Require(file, path, Critic.Specs(config, headSize));
        var critic = new Critic(backend, config, headSize, trainable);
        ParameterFiles.Load(file, path, critic.Parameters);
        return critic;
    }

    private static Dictionary<string, string> CriticMetadata(Critic critic)
    {
        using var stream = new MemoryStream();
        LlamaConfigJson.Write(critic.Config, stream);
        return new() { ["format"] = "pt", [CriticConfigKey] = Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length) };
    }

    /// <summary>Each layer has tensors, so that a configuration with millions of layers is refused before they are listed.</summary>
    private static void RequireLayers(SafetensorsFile file, string path, LlamaConfig config)
    {
        if (config.Layers <= file.Entries.Length)
        {
            return;
        }

        throw CheckpointException.AtPath(path, "its tensors", $"those of {config.Layers} layers", $"{file.Entries.Length} tensors");
    }
}
