using System.Text.Encodings.Web;
using System.Text.Json;
using Archer.Policy.Models;
using Archer.Policy.Text;

namespace Archer.Policy.Checkpoints;

/// <summary>Files that only Hugging Face's libraries read: how to sample as we do, and how to render a conversation as we do.</summary>
internal static class CompanionJson
{
    public const string GenerationConfigName = "generation_config.json";
    public const string TokenizerConfigName = "tokenizer_config.json";

    /// <summary>Without it those libraries keep only the 50 most likely tokens: another distribution than the recorded log-probabilities'.</summary>
    public static void WriteGenerationConfig(LlamaConfig config, Stream output) => Write(output, json =>
    {
        json.WriteBoolean("do_sample", true);
        json.WriteNumber("temperature", 1.0);
        json.WriteNumber("top_k", 0);
        json.WriteNumber("top_p", 1.0);
        json.WriteNumber("max_new_tokens", 32);
        if (config.EndToken is { } end)
        {
            json.WriteNumber("eos_token_id", end);
            json.WriteNumber("pad_token_id", end);
        }
    });

    public static void WriteTokenizerConfig(LlamaConfig config, Stream output) => Write(output, json =>
    {
        json.WriteString("tokenizer_class", "PreTrainedTokenizerFast");
        json.WriteString("eos_token", ChatTemplate.EndTag);
        json.WriteString("pad_token", ChatTemplate.EndTag);
        json.WriteBoolean("clean_up_tokenization_spaces", false);
        json.WriteNumber("model_max_length", config.MaxPositions);
        json.WriteString("chat_template", ChatTemplate.Jinja);
    });

    private static void Write(Stream output, Action<Utf8JsonWriter> properties)
    {
        var options = new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using var json = new Utf8JsonWriter(output, options);
        json.WriteStartObject();
        properties(json);
        json.WriteEndObject();
    }
}
