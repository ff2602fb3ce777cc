using System.Text;
using System.Text.Json;
using Archer.Policy.Checkpoints;

namespace Archer.Policy.Text;

/// <summary>Checks a parsed tokenizer.json field by field; nothing in it is trusted.</summary>
internal sealed class TokenizerJsonReader(string path, JsonElement root)
{
    private const int MaxTokens = 1 << 22;

    private readonly Dictionary<int, string> _specials = [];
    private readonly Dictionary<string, int> _vocabulary = new(StringComparer.Ordinal);

    public BpeVocabulary Read()
    {
        Kind(root, "$", JsonValueKind.Object);
        Known(root, "$", "version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder", "model");
        Absent(root, "$", "truncation", "padding", "normalizer");
        ReadPostProcessor();
        ReadByteLevel("pre_tokenizer");
        ReadByteLevel("decoder");
        ReadAddedTokens();

        var model = Property(root, "$", "model", JsonValueKind.Object);
        Equal(Property(model, "$.model", "type", JsonValueKind.String), "$.model.type", "BPE");
        Known(
            model, "$.model", "type", "dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix", "fuse_unk", "byte_fallback",
            "ignore_merges", "vocab", "merges");
        Absent(model, "$.model", "dropout", "continuing_subword_prefix", "end_of_word_suffix");
        False(model, "$.model", "byte_fallback");
        ReadVocabulary(Property(model, "$.model", "vocab", JsonValueKind.Object));
        var result = new BpeVocabulary
        {
            Tokens = Tokens(),
            Specials = [.. _specials.Select(special => new SpecialToken(special.Key, special.Value))],
            Merges = ReadMerges(Property(model, "$.model", "merges", JsonValueKind.Array)),
            IgnoreMerges = Flag(model, "$.model", "ignore_merges", otherwise: false),
        };
        var missing = Array.IndexOf(result.ByteIds(), -1);
        return missing < 0 ? result : throw Refuse("$.model.vocab", "a token for each of the 256 bytes", $"none for byte {missing}");
    }

    /// <summary>The ByteLevel post-processor only moves offsets; others add tokens.</summary>
    private void ReadPostProcessor()
    {
        if (!root.TryGetProperty("post_processor", out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return;
        }

        Kind(value, "$.post_processor", JsonValueKind.Object);
        Equal(Property(value, "$.post_processor", "type", JsonValueKind.String), "$.post_processor.type", "ByteLevel");
    }

    private void ReadByteLevel(string name)
    {
        var value = Property(root, "$", name, JsonValueKind.Object);
        Equal(Property(value, $"$.{name}", "type", JsonValueKind.String), $"$.{name}.type", "ByteLevel");
        if (name == "decoder")
        {
            return;
        }

        False(value, $"$.{name}", "add_prefix_space");
        if (!Flag(value, $"$.{name}", "use_regex", otherwise: true))
        {
            throw Refuse($"$.{name}.use_regex", "true", "false");
        }
    }

    private void ReadAddedTokens()
    {
        if (!root.TryGetProperty("added_tokens", out var tokens))
        {
            return;
        }

        Kind(tokens, "$.added_tokens", JsonValueKind.Array);
        var index = 0;
        var contents = new HashSet<string>(StringComparer.Ordinal);
        foreach (var token in tokens.EnumerateArray())
        {
            var at = $"$.added_tokens[{index++}]";
            Kind(token, at, JsonValueKind.Object);
            var id = Id(Property(token, at, "id", JsonValueKind.Number), $"{at}.id");
            var content = Property(token, at, "content", JsonValueKind.String).GetString()!;
            if (content.Length == 0)
            {
                throw Refuse($"{at}.content", "a text", "none");
            }

            if (!Flag(token, at, "special", otherwise: false))
            {
                throw Refuse($"{at}.special", "true, as tokens that are searched for in the text are not implemented", "false");
            }

            if (!contents.Add(content))
            {
                throw Refuse($"{at}.content", "each token once", $"{CheckpointException.Quote(content)} again");
            }

            if (!_specials.TryAdd(id, content))
            {
                throw Refuse($"{at}.id", "each id once", $"{id} again");
            }
        }
    }

    private void ReadVocabulary(JsonElement vocab)
    {
        foreach (var entry in vocab.EnumerateObject())
        {
            var at = $"$.model.vocab[{CheckpointException.Quote(entry.Name)}]";
            _vocabulary.Add(entry.Name, Id(entry.Value, at));
        }

        foreach (var (id, content) in _specials)
        {
            if (_vocabulary.TryAdd(content, id) || _vocabulary[content] == id)
            {
                continue;
            }

            throw Refuse($"$.model.vocab[{CheckpointException.Quote(content)}]", $"id {id} as in added_tokens", $"id {_vocabulary[content]}");
        }
    }

    private byte[][] Tokens()
    {
        var tokens = new byte[_vocabulary.Count][];
        foreach (var (name, id) in _vocabulary)
        {
            var at = $"$.model.vocab[{CheckpointException.Quote(name)}]";
            if (id >= tokens.Length)
            {
                throw Refuse(at, $"ids 0 to {tokens.Length - 1} for {tokens.Length} tokens", $"id {id}");
            }

            if (tokens[id] is not null)
            {
                throw Refuse(at, "each id once", $"{id} again");
            }

            var special = _specials.TryGetValue(id, out var content) && content == name;
            var bytes = special ? Encoding.UTF8.GetBytes(name) : ByteAlphabet.Parse(name);
            tokens[id] = bytes is { Length: > 0 } ? bytes : throw Refuse(at, "a name in GPT-2's byte alphabet", CheckpointException.Quote(name));
        }

        return tokens;
    }

    private List<BpeMerge> ReadMerges(JsonElement list)
    {
        var merges = new List<BpeMerge>();
        var seen = new HashSet<(int Left, int Right)>();
        foreach (var entry in list.EnumerateArray())
        {
            var at = $"$.model.merges[{merges.Count}]";
            var (left, right) = Parts(entry, at);
            var merge = new BpeMerge(Ordinary(left, at), Ordinary(right, at), Ordinary(left + right, at));
            if (!seen.Add((merge.Left, merge.Right)))
            {
                throw Refuse(at, "each pair once", $"{CheckpointException.Quote(left + " " + right)} again");
            }

            merges.Add(merge);
        }

        return merges;
    }

    /// <summary>Older files write a pair as one string with a space, newer ones as an array.</summary>
    private (string Left, string Right) Parts(JsonElement entry, string at)
    {
        var parts = entry.ValueKind switch
        {
            JsonValueKind.String => entry.GetString()!.Split(' '),
            JsonValueKind.Array when entry.EnumerateArray().All(part => part.ValueKind == JsonValueKind.String) =>
                [.. entry.EnumerateArray().Select(part => part.GetString()!)],
            _ => [],
        };
        return parts.Length == 2 ? (parts[0], parts[1]) : throw Refuse(at, "a pair of tokens", CheckpointException.Quote(entry.GetRawText()));
    }

    private int Ordinary(string token, string at)
    {
        if (!_vocabulary.TryGetValue(token, out var id))
        {
            throw Refuse(at, "tokens of the vocabulary", CheckpointException.Quote(token));
        }

        return _specials.ContainsKey(id) ? throw Refuse(at, "no special token in a merge", CheckpointException.Quote(token)) : id;
    }

    private int Id(JsonElement value, string at) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var id) && id is >= 0 and < MaxTokens
            ? id
            : throw Refuse(at, $"an id from 0 to {MaxTokens - 1}", CheckpointException.Quote(value.GetRawText()));

    private JsonElement Property(JsonElement parent, string at, string name, JsonValueKind kind)
    {
        if (!parent.TryGetProperty(name, out var value))
        {
            throw Refuse($"{at}.{name}", "a value", "none");
        }

        Kind(value, $"{at}.{name}", kind);
        return value;
    }

    private void Kind(JsonElement value, string at, JsonValueKind kind)
    {
        if (value.ValueKind != kind)
        {
            throw Refuse(at, $"JSON {kind}", $"{value.ValueKind}");
        }
    }

    private void Equal(JsonElement value, string at, string expected)
    {
        if (!value.ValueEquals(expected))
        {
            throw Refuse(at, $"'{expected}', the only kind implemented", CheckpointException.Quote(value.GetString()!));
        }
    }

    /// <summary>Features that are switched off by null or an empty text.</summary>
    private void Absent(JsonElement parent, string at, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            var off = !parent.TryGetProperty(name, out var value)
                || value.ValueKind == JsonValueKind.Null
                || (value.ValueKind == JsonValueKind.String && value.GetString()!.Length == 0);
            if (!off)
            {
                throw Refuse($"{at}.{name}", "null, as it is not implemented", CheckpointException.Quote(value.GetRawText()));
            }
        }
    }

    /// <summary>What nobody here knows may change the ids.</summary>
    private void Known(JsonElement parent, string at, params ReadOnlySpan<string> names)
    {
        foreach (var property in parent.EnumerateObject())
        {
            if (!names.Contains(property.Name))
            {
                throw Refuse(at, "only features that are implemented", CheckpointException.Quote(property.Name));
            }
        }
    }

    private void False(JsonElement parent, string at, string name)
    {
        if (Flag(parent, at, name, otherwise: false))
        {
            throw Refuse($"{at}.{name}", "false, as it is not implemented", "true");
        }
    }

    private bool Flag(JsonElement parent, string at, string name, bool otherwise)
    {
        if (!parent.TryGetProperty(name, out var value))
        {
            return otherwise;
        }

        return value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : throw Refuse($"{at}.{name}", "true or false", CheckpointException.Quote(value.GetRawText()));
    }

    private CheckpointException Refuse(string at, string expected, string actual) => CheckpointException.AtPath(path, at, expected, actual);
}
