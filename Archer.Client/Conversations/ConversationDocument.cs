using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Archer.Client.Conversations;

/// <summary>A conversation as one line of a file to learn from (docs/data.md): what the trainer's <c>sft</c> reads and <c>archer conversations export</c> writes.</summary>
public sealed record ConversationDocument
{
    /// <summary>The messages, in order; at least one is the assistant's.</summary>
    public required ImmutableArray<MessageDocument> Messages { get; init; }

    /// <summary>Id of the conversation that it was; null when it was none. Learning passes it over.</summary>
    public string? Id { get; init; }

    /// <summary>Something true of the whole conversation that an auxiliary head learns to predict; null for none.</summary>
    public string? Label { get; init; }

    /// <summary>The document as JSON without line breaks; characters that JSON allows as they are stay as they are.</summary>
    public string ToLine()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            JsonSerializer.Serialize(json, this, ConversationDocumentJson.Default.ConversationDocument);
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }
}

/// <summary>One message of a <see cref="ConversationDocument"/>.</summary>
public sealed record MessageDocument
{
    /// <summary><c>system</c>, <c>user</c> or <c>assistant</c>.</summary>
    public required string Role { get; init; }

    /// <summary>What is said.</summary>
    public required string Content { get; init; }

    /// <summary>False for an utterance that is shown and not imitated; null means true.</summary>
    public bool? Train { get; init; }

    /// <summary>Reward of an utterance, in the task's units; null when none is known. Learning passes it over.</summary>
    public float? Reward { get; init; }

    /// <summary>Policy version that made an utterance; null when none did. Learning passes it over.</summary>
    public string? PolicyVersion { get; init; }

    /// <summary>Natural logarithm of an utterance's probability when it was acted, the sum over its tokens; null when it is not told. Learning passes it over.</summary>
    public double? LogProbability { get; init; }
}

/// <summary>The JSON of <see cref="ConversationDocument"/>; members that it does not know are passed over.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ConversationDocument))]
public sealed partial class ConversationDocumentJson : JsonSerializerContext;
