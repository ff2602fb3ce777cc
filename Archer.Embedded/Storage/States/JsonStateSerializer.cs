using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Archer.Embedded.Storage;

/// <summary>States as JSON: readable by people, tolerant of added members.</summary>
/// <param name="options">Default: members by their names, NaN and infinities allowed, text unescaped.</param>
public sealed class JsonStateSerializer(JsonSerializerOptions? options = null) : IStateSerializer
{
    private static readonly JsonSerializerOptions Defaults = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly JsonSerializerOptions _options = options ?? Defaults;

    /// <inheritdoc/>
    public void Serialize<T>(T state, IBufferWriter<byte> target)
    {
        using var writer = new Utf8JsonWriter(target, new JsonWriterOptions { Encoder = _options.Encoder, SkipValidation = true });
        JsonSerializer.Serialize(writer, state, _options);
    }

    /// <inheritdoc/>
    /// <exception cref="JsonException">The bytes are no JSON of that type.</exception>
    public T Deserialize<T>(ReadOnlySpan<byte> source) => JsonSerializer.Deserialize<T>(source, _options)!;
}
