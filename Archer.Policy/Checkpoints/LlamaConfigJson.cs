using System.Text.Json;
using Archer.Policy.Models;

namespace Archer.Policy.Checkpoints;

/// <summary>Hugging Face's <c>config.json</c> of a Llama decoder. Settings that change what the model computes and are not implemented are refused.</summary>
public static class LlamaConfigJson
{
    /// <summary>Name of the file in a checkpoint directory.</summary>
    public const string FileName = "config.json";

    private const int MaxFile = 1 << 20;
    private const int MaxPositions = 1 << 20;
    private const int MaxAngles = 1 << 28;
    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, NewLine = "\n" };

    /// <summary>Reads a configuration; settings that change nothing here (such as <c>use_cache</c>) are left out.</summary>
    /// <exception cref="CheckpointException">The file is missing, not valid, or asks for what is not implemented.</exception>
    public static LlamaConfig Read(string path)
    {
        try
        {
            var length = new FileInfo(path).Length;
            if (length > MaxFile)
            {
                throw CheckpointException.AtByte(path, 0, $"at most {MaxFile} bytes", $"{length} bytes");
            }

            return Parse(path, File.ReadAllBytes(path));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CheckpointException.AtByte(path, 0, "a readable file", failure.Message, failure);
        }
    }

    /// <summary>Reads a configuration from the bytes of a file.</summary>
    /// <param name="path">Name for error messages.</param>
    /// <param name="utf8">The file's contents.</param>
    /// <exception cref="CheckpointException">The contents are not valid, or ask for what is not implemented.</exception>
    public static LlamaConfig Parse(string path, ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { AllowDuplicateProperties = false });
            RefuseUnimplemented(path, document.RootElement);
            var config = document.Deserialize<LlamaConfig>(Options) ?? throw CheckpointException.AtPath(path, "$", "an object", "null");
            config = RotaryBase(document.RootElement) is { } theta ? config with { RopeTheta = theta } : config;
            config.Validate();
            RequireReasonable(path, config);
            return config;
        }
        catch (JsonException failure)
        {
            throw CheckpointException.AtPath(path, failure.Path ?? "$", "a Llama configuration", CheckpointException.Quote(failure.Message), failure);
        }
        catch (Exception failure) when (failure is ArgumentException or InvalidOperationException)
        {
            throw CheckpointException.AtPath(path, "$", "a usable configuration", failure.Message.TrimEnd('.'), failure);
        }
    }

    /// <summary>Writes a configuration with its defaults filled in, so that every reader takes it the same way.</summary>
    public static void Write(LlamaConfig config, Stream output) =>
        JsonSerializer.Serialize(output, config with { KeyValueHeadsOrNull = config.KeyValueHeads, HeadSizeOrNull = config.HeadSize }, Options);

    private static void RefuseUnimplemented(string path, JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw CheckpointException.AtPath(path, "$", "an object", $"{root.ValueKind}");
        }

        (string Name, Func<JsonElement, bool> IsPlain, string Plain)[] settings =
        [
            ("model_type", value => value.ValueEquals("llama"), "'llama'"),
            ("hidden_act", value => value.ValueEquals("silu"), "'silu'"),
            ("rope_scaling", value => value.ValueKind == JsonValueKind.Null, "null"),
            ("rope_parameters", IsPlainRope, "rope_type 'default'"),
            ("attention_bias", value => value.ValueKind == JsonValueKind.False, "false"),
            ("mlp_bias", value => value.ValueKind == JsonValueKind.False, "false"),
            ("quantization_config", value => value.ValueKind == JsonValueKind.Null, "null"),
        ];
        foreach (var (name, isPlain, plain) in settings)
        {
            if (!root.TryGetProperty(name, out var value))
            {
                continue;
            }

            var comparable = value.ValueKind == JsonValueKind.String || !plain.StartsWith('\'');
            if (comparable && isPlain(value))
            {
                continue;
            }

            throw CheckpointException.AtPath(path, $"$.{name}", $"{plain}, as other settings are not implemented", CheckpointException.Quote(value.GetRawText()));
        }
    }

    /// <summary>Tables are made from these.</summary>
    private static void RequireReasonable(string path, LlamaConfig config)
    {
        var most = Math.Min(MaxPositions, MaxAngles / config.HeadSize);
        if (config.MaxPositions > most)
        {
            var expected = $"at most {most} with head_dim {config.HeadSize}";
            throw CheckpointException.AtPath(path, "$.max_position_embeddings", expected, $"{config.MaxPositions}");
        }

        if (!double.IsFinite(config.RopeTheta) || config.RopeTheta <= 0)
        {
            throw CheckpointException.AtPath(path, "$.rope_theta", "a positive number", $"{config.RopeTheta}");
        }

        if (!float.IsFinite(config.NormEpsilon) || config.NormEpsilon < 0)
        {
            throw CheckpointException.AtPath(path, "$.rms_norm_eps", "a number from 0", $"{config.NormEpsilon}");
        }
    }

    /// <summary>Newer files keep the base of the rotary angles inside <c>rope_parameters</c>.</summary>
    private static double? RotaryBase(JsonElement root) =>
        root.TryGetProperty("rope_parameters", out var rope) && rope.ValueKind == JsonValueKind.Object && rope.TryGetProperty("rope_theta", out var theta)
            ? theta.GetDouble()
            : null;

    private static bool IsPlainRope(JsonElement value) =>
        value.ValueKind == JsonValueKind.Null
        || (value.ValueKind == JsonValueKind.Object
            && (!value.TryGetProperty("rope_type", out var type) || (type.ValueKind == JsonValueKind.String && type.ValueEquals("default"))));
}
