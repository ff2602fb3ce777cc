using System.Text.Encodings.Web;
using System.Text.Json;
using Archer.Policy.Checkpoints;

namespace Archer.Policy.Text;

/// <summary>
/// Hugging Face's <c>tokenizer.json</c>, as far as GPT-2-style byte-level BPE goes: model BPE, pre-tokenizer and decoder ByteLevel, special added tokens.
/// Whatever would change the ids and is not implemented is refused, never ignored.
/// </summary>
public static class TokenizerJson
{
    /// <summary>Name of the file in a checkpoint directory.</summary>
    public const string FileName = "tokenizer.json";

    private const long MaxFile = 256 << 20;

    /// <summary>Reads a tokenizer.</summary>
    /// <exception cref="CheckpointException">The file is missing, is not valid, or needs what is not implemented; says where.</exception>
    public static BpeTokenizer Read(string path)
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

    /// <summary>Reads a tokenizer from the bytes of a file.</summary>
    /// <param name="path">Name for error messages.</param>
    /// <param name="utf8">The file's contents.</param>
    /// <exception cref="CheckpointException">The contents are not valid, or need what is not implemented; says where.</exception>
    public static BpeTokenizer Parse(string path, ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return new BpeTokenizer(new TokenizerJsonReader(path, document.RootElement).Read());
        }
        catch (JsonException failure) when (failure.LineNumber is null)
        {
            throw CheckpointException.AtPath(path, "$", "each property once", "one of them again", failure);
        }
        catch (JsonException failure)
        {
            var place = $"line {failure.LineNumber + 1}, byte {failure.BytePositionInLine}";
            throw CheckpointException.AtPath(path, place, "JSON", "other text", failure);
        }
        catch (InvalidOperationException failure)
        {
            throw CheckpointException.AtPath(path, "$", "text that is Unicode", "an escape that is not", failure);
        }
    }

    /// <summary>Writes a tokenizer; the same tokenizer always gives the same bytes.</summary>
    public static void Write(BpeTokenizer tokenizer, Stream output)
    {
        var options = new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using var json = new Utf8JsonWriter(output, options);
        json.WriteStartObject();
        json.WriteString("version", "1.0");
        json.WriteNull("truncation");
        json.WriteNull("padding");
        WriteAddedTokens(tokenizer, json);
        json.WriteNull("normalizer");
        WriteByteLevel(json, "pre_tokenizer");
        json.WriteNull("post_processor");
        WriteByteLevel(json, "decoder");
        WriteModel(tokenizer, json);
        json.WriteEndObject();
    }

    private static void WriteAddedTokens(BpeTokenizer tokenizer, Utf8JsonWriter json)
    {
        json.WriteStartArray("added_tokens");
        foreach (var special in tokenizer.SpecialTokens)
        {
            json.WriteStartObject();
            json.WriteNumber("id", special.Id);
            json.WriteString("content", special.Text);
            json.WriteBoolean("single_word", false);
            json.WriteBoolean("lstrip", false);
            json.WriteBoolean("rstrip", false);
            json.WriteBoolean("normalized", false);
            json.WriteBoolean("special", true);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteByteLevel(Utf8JsonWriter json, string name)
    {
        json.WriteStartObject(name);
        json.WriteString("type", "ByteLevel");
        json.WriteBoolean("add_prefix_space", false);
        json.WriteBoolean("trim_offsets", true);
        json.WriteBoolean("use_regex", true);
        json.WriteEndObject();
    }

    private static void WriteModel(BpeTokenizer tokenizer, Utf8JsonWriter json)
    {
        var specials = tokenizer.SpecialTokens.ToDictionary(special => special.Id, special => special.Text);
        json.WriteStartObject("model");
        json.WriteString("type", "BPE");
        json.WriteNull("dropout");
        json.WriteNull("unk_token");
        json.WriteNull("continuing_subword_prefix");
        json.WriteNull("end_of_word_suffix");
        json.WriteBoolean("fuse_unk", false);
        json.WriteBoolean("byte_fallback", false);
        json.WriteBoolean("ignore_merges", tokenizer.IgnoresMerges);
        json.WriteStartObject("vocab");
        for (var id = 0; id < tokenizer.VocabularySize; id++)
        {
            json.WriteNumber(specials.GetValueOrDefault(id) ?? Spell(tokenizer, id), id);
        }

        json.WriteEndObject();

        json.WriteStartArray("merges");
        foreach (var merge in tokenizer.Merges)
        {
            json.WriteStringValue($"{Spell(tokenizer, merge.Left)} {Spell(tokenizer, merge.Right)}");
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Spell(BpeTokenizer tokenizer, int id) => ByteAlphabet.Spell(tokenizer.TokenBytes(id));
}
