using System.Collections.Immutable;
using System.Text.Json;

namespace Archer.Policy.Checkpoints;

/// <summary>
/// Parses the header of a safetensors file. Nothing in it is trusted: types, shapes and offsets must agree with each other and with the file's length,
/// and the tensors must cover the elements exactly, without gap or overlap.
/// </summary>
/// <param name="path">Name for error messages.</param>
/// <param name="dataStart">Where the elements begin, in bytes from the start of the file.</param>
/// <param name="dataLength">How many bytes of elements the file has.</param>
internal ref struct SafetensorsHeader(string path, long dataStart, long dataLength)
{
    public const string MetadataKey = "__metadata__";
    public const int LengthBytes = sizeof(ulong);
    private const int MaxDimensions = 16;

    private readonly List<(TensorEntry Entry, long At)> _entries = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);
    private Utf8JsonReader _json;

    public (ImmutableArray<TensorEntry> Entries, IReadOnlyDictionary<string, string> Metadata) Parse(ReadOnlySpan<byte> header)
    {
        _json = new Utf8JsonReader(header);
        try
        {
            Read(JsonTokenType.StartObject, "an object");
            while (ReadName() is { } name)
            {
                if (!_names.Add(name))
                {
                    throw Refuse("each name once", $"{CheckpointException.Quote(name)} again");
                }

                if (name == MetadataKey)
                {
                    ReadMetadata();
                }
                else
                {
                    _entries.Add((ReadEntry(name, out var at), at));
                }
            }

            if (_json.Read())
            {
                throw Refuse("the end of the header", "more");
            }
        }
        catch (JsonException failure)
        {
            throw CheckpointException.AtByte(path, LengthBytes + _json.BytesConsumed, "JSON", "other text", failure);
        }
        catch (InvalidOperationException failure)
        {
            throw CheckpointException.AtByte(path, LengthBytes + _json.TokenStartIndex, "text that is Unicode", "an escape or byte that is not", failure);
        }

        RequireCover();
        return ([.. _entries.Select(pair => pair.Entry).OrderBy(entry => entry.Offset).ThenBy(entry => entry.Name, StringComparer.Ordinal)], _metadata);
    }

    private void ReadMetadata()
    {
        Read(JsonTokenType.StartObject, "an object of texts");
        while (ReadName() is { } key)
        {
            Read(JsonTokenType.String, "a text");
            if (!_metadata.TryAdd(key, _json.GetString()!))
            {
                throw Refuse("each key once", $"{CheckpointException.Quote(key)} again");
            }
        }
    }

    private TensorEntry ReadEntry(string name, out long at)
    {
        at = LengthBytes + _json.TokenStartIndex;
        TensorType? type = null;
        ImmutableArray<int>? shape = null;
        (long Begin, long End)? offsets = null;
        Read(JsonTokenType.StartObject, "an object with dtype, shape and data_offsets");
        while (ReadName() is { } property)
        {
            var again = property switch
            {
                "dtype" => type is not null,
                "shape" => shape is not null,
                "data_offsets" => offsets is not null,
                _ => throw Refuse("dtype, shape or data_offsets", CheckpointException.Quote(property)),
            };
            if (again)
            {
                throw Refuse("each property once", $"{property} again");
            }

            if (property == "dtype")
            {
                type = ReadType();
            }
            else if (property == "shape")
            {
                shape = ReadShape();
            }
            else
            {
                offsets = ReadOffsets();
            }
        }

        if (type is null || shape is null || offsets is null)
        {
            throw Refuse("dtype, shape and data_offsets", "the end of the object");
        }

        return Entry(name, type.Value, shape.Value, offsets.Value, at);
    }

    private readonly TensorEntry Entry(string name, TensorType type, ImmutableArray<int> shape, (long Begin, long End) offsets, long at)
    {
        // At most 16 sizes below 2^31 and a limit after each step: no overflow.
        Int128 count = 1;
        foreach (var size in shape)
        {
            if (count > long.MaxValue)
            {
                break;
            }

            count *= size;
        }

        var bytes = count * type.Size();
        if (bytes != offsets.End - offsets.Begin)
        {
            throw CheckpointException.AtByte(
                path, at, $"{bytes} bytes for {type}[{string.Join(", ", shape)}]", $"data_offsets of {offsets.End - offsets.Begin} bytes");
        }

        return new TensorEntry { Name = name, Type = type, Shape = shape, Count = (long)count, Offset = dataStart + offsets.Begin };
    }

    private TensorType ReadType()
    {
        Read(JsonTokenType.String, "a dtype");
        var name = _json.GetString()!;
        return Enum.TryParse(name, out TensorType type) && type.ToString() == name
            ? type
            : throw Refuse($"one of {string.Join(", ", Enum.GetNames<TensorType>())}", CheckpointException.Quote(name));
    }

    private ImmutableArray<int> ReadShape()
    {
        Read(JsonTokenType.StartArray, "an array of sizes");
        var shape = ImmutableArray.CreateBuilder<int>();
        while (ReadNumber(int.MaxValue) is { } size)
        {
            if (shape.Count == MaxDimensions)
            {
                throw Refuse($"at most {MaxDimensions} dimensions", "more");
            }

            shape.Add((int)size);
        }

        return shape.ToImmutable();
    }

    private (long Begin, long End) ReadOffsets()
    {
        Read(JsonTokenType.StartArray, "an array of two offsets");
        if (ReadNumber(dataLength) is not { } begin || ReadNumber(dataLength) is not { } end)
        {
            throw Refuse("two offsets", "fewer");
        }

        if (end < begin)
        {
            throw Refuse($"an end of at least {begin}", $"{end}");
        }

        Read(JsonTokenType.EndArray, "the end of two offsets");
        return (begin, end);
    }

    /// <summary>The next number of an array, null at its end.</summary>
    private long? ReadNumber(long most)
    {
        if (!_json.Read())
        {
            throw Refuse("a number", "the end of the header");
        }

        if (_json.TokenType == JsonTokenType.EndArray)
        {
            return null;
        }

        return _json.TokenType == JsonTokenType.Number && _json.TryGetInt64(out var value) && value >= 0 && value <= most
            ? value
            : throw Refuse($"a whole number from 0 to {most}", Token());
    }

    /// <summary>The next property's name, null at the object's end.</summary>
    private string? ReadName()
    {
        if (!_json.Read())
        {
            throw Refuse("a property", "the end of the header");
        }

        return _json.TokenType == JsonTokenType.EndObject ? null : _json.GetString();
    }

    private void Read(JsonTokenType type, string expected)
    {
        if (!_json.Read())
        {
            throw Refuse(expected, "the end of the header");
        }

        if (_json.TokenType != type)
        {
            throw Refuse(expected, Token());
        }
    }

    private readonly void RequireCover()
    {
        long covered = 0;
        foreach (var (entry, at) in _entries.OrderBy(pair => pair.Entry.Offset).ThenBy(pair => pair.Entry.Bytes))
        {
            var begin = entry.Offset - dataStart;
            if (begin != covered)
            {
                throw CheckpointException.AtByte(
                    path, at, $"tensor {CheckpointException.Quote(entry.Name)} to begin at {covered}, where the one before it ends", $"{begin}");
            }

            covered += entry.Bytes;
        }

        if (covered != dataLength)
        {
            throw CheckpointException.AtByte(path, dataStart + covered, "the end of the file", $"{dataLength - covered} bytes more");
        }
    }

    private readonly string Token() => CheckpointException.Quote(System.Text.Encoding.UTF8.GetString(_json.ValueSpan));

    private readonly CheckpointException Refuse(string expected, string actual) =>
        CheckpointException.AtByte(path, LengthBytes + _json.TokenStartIndex, expected, actual);
}
