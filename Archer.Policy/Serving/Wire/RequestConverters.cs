using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Archer.Policy.Serving.Wire;

/// <summary>A seed of 64 bits, written signed (OpenAI) or unsigned.</summary>
internal sealed class SeedConverter : JsonConverter<ulong?>
{
    public override ulong? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Number)
        {
            if (reader.TryGetUInt64(out var unsigned))
            {
                return unsigned;
            }

            if (reader.TryGetInt64(out var signed))
            {
                return unchecked((ulong)signed);
            }
        }

        throw new JsonException("A seed is a whole number of at most 64 bits.");
    }

    public override void Write(Utf8JsonWriter writer, ulong? value, JsonSerializerOptions options)
    {
        if (value is { } seed)
        {
            writer.WriteNumberValue(seed);
        }
        else
        {
            writer.WriteNullValue();
        }
    }
}

/// <summary>One text or an array of texts.</summary>
internal sealed class StopConverter : JsonConverter<ImmutableArray<string>?>
{
    private const string Expected = "Expected a string or an array of strings.";

    public override ImmutableArray<string>? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return [reader.GetString()!];
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException(Expected);
        }

        var texts = ImmutableArray.CreateBuilder<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            texts.Add(reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonException(Expected));
        }

        return texts.ToImmutable();
    }

    public override void Write(Utf8JsonWriter writer, ImmutableArray<string>? value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var text in value ?? [])
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }
}

/// <summary>A text or an array of parts <c>{"type": "text", "text": …}</c>, put together.</summary>
internal sealed class ContentConverter : JsonConverter<string?>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return reader.GetString();
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("Expected a string or an array of text parts.");
        }

        using var document = JsonDocument.ParseValue(ref reader);
        var text = new StringBuilder();
        foreach (var part in document.RootElement.EnumerateArray())
        {
            if (part.ValueKind != JsonValueKind.Object
                || !part.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String || !type.ValueEquals("text")
                || !part.TryGetProperty("text", out var value) || value.ValueKind != JsonValueKind.String)
            {
                throw new JsonException("Only content parts of type 'text' with a string 'text' are supported.");
            }

            text.Append(value.GetString());
        }

        return text.ToString();
    }

    public override void Write(Utf8JsonWriter writer, string? value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}

/// <summary>A text, an array of ids, or an array with one of either.</summary>
internal sealed class PromptConverter : JsonConverter<Prompt?>
{
    private const string Expected = "Expected one prompt: a string, an array of token ids, or an array with one of either.";

    public override Prompt? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.StartArray))
        {
            throw new JsonException(Expected);
        }

        using var document = JsonDocument.ParseValue(ref reader);
        return Parse(document.RootElement, nested: false);
    }

    public override void Write(Utf8JsonWriter writer, Prompt? value, JsonSerializerOptions options)
    {
        if (value?.TokenIds is not { } ids)
        {
            writer.WriteStringValue(value?.Text);
            return;
        }

        writer.WriteStartArray();
        foreach (var id in ids)
        {
            writer.WriteNumberValue(id);
        }

        writer.WriteEndArray();
    }

    private static Prompt Parse(JsonElement element, bool nested)
    {
        if (element.ValueKind == JsonValueKind.String)
        {
            return new Prompt { Text = element.GetString() };
        }

        if (element.ValueKind == JsonValueKind.Array && element.GetArrayLength() is 1 && !nested && element[0].ValueKind != JsonValueKind.Number)
        {
            return Parse(element[0], nested: true);
        }

        return element.ValueKind == JsonValueKind.Array
            ? new Prompt { TokenIds = [.. element.EnumerateArray().Select(Id)] }
            : throw new JsonException(Expected);
    }

    private static int Id(JsonElement element) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var id) ? id : throw new JsonException(Expected);
}
