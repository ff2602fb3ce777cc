using System.Text;
using System.Text.Json.Nodes;
using Archer.Policy.Checkpoints;
using Archer.Policy.Text;
using Archer.Testing;

namespace Archer.Policy.Tests.Text;

public sealed class TokenizerJsonTests
{
    private static readonly byte[] Valid = TokenizerFiles.Write(TextSamples.Tokenizer);

    [Fact]
    public void Read_OfWritten_GivesTheSameIdsAndTheSameFile()
    {
        var read = TokenizerFiles.Read(Valid);

        Assert.Equal(Valid, TokenizerFiles.Write(read));
        TextSamples.Holds(text => read.Encode(text).AsSpan().SequenceEqual(TextSamples.Tokenizer.Encode(text)));
    }

    [Fact]
    public void Read_MergesAsPairs_GivesTheSameTokenizer()
    {
        var file = Edit(json =>
        {
            var merges = json["model"]!["merges"]!.AsArray();
            json["model"]!["merges"] = new JsonArray([.. merges.Select(merge => new JsonArray([.. merge!.GetValue<string>().Split(' ').Select(part => JsonValue.Create(part))]))]);
        });

        Assert.Equal(Valid, TokenizerFiles.Write(TokenizerFiles.Read(file)));
    }

    /// <summary>As in GPT-2's own file: special token inside the vocabulary, empty texts for what is off, a ByteLevel post-processor.</summary>
    [Fact]
    public void Read_OtherSpellingsOfTheSame_GivesTheSameTokenizer()
    {
        var file = Edit(json =>
        {
            json["model"]!["unk_token"] = "";
            json["model"]!["continuing_subword_prefix"] = "";
            json["model"]!.AsObject().Remove("byte_fallback");
            json["model"]!.AsObject().Remove("ignore_merges");
            json["model"]!["vocab"]!.AsObject().Remove("<|end|>");
            json["pre_tokenizer"]!.AsObject().Remove("use_regex");
            json["post_processor"] = json["decoder"]!.DeepClone();
            json.Remove("normalizer");
        });

        Assert.Equal(Valid, TokenizerFiles.Write(TokenizerFiles.Read(file)));
    }

    [Fact]
    public void Read_IgnoreMerges_TakesAWholePieceAtOnce()
    {
        // Without this merge the whole word is a token that merging never reaches.
        var file = Edit(json => json["model"]!["merges"]!.AsArray().RemoveAt(0));
        var ignoring = Edit(json => json["model"]!["ignore_merges"] = true, file);
        var merge = TextSamples.Tokenizer.Merges[0];
        var word = TextSamples.Tokenizer.Decode([merge.Merged]);

        Assert.Equal([merge.Left, merge.Right], TokenizerFiles.Read(file).Encode(word));
        Assert.Equal([merge.Merged], TokenizerFiles.Read(ignoring).Encode(word));
        Assert.True(TokenizerFiles.Read(TokenizerFiles.Write(TokenizerFiles.Read(ignoring))).IgnoresMerges);
    }

    [Fact]
    public void Read_IgnoreMerges_NeverGivesSpecialIds()
    {
        // '<|end' as special token spells an ordinary piece.
        var file = Edit(json =>
        {
            json["model"]!["ignore_merges"] = true;
            var id = json["model"]!["vocab"]!["<|end|>"]!.GetValue<int>();
            json["model"]!["vocab"]!.AsObject().Remove("<|end|>");
            json["model"]!["vocab"]!["stop"] = id;
            json["added_tokens"]![3]!["content"] = "stop";
        });
        var tokenizer = TokenizerFiles.Read(file);

        Assert.DoesNotContain(tokenizer.Encode("stop"), tokenizer.IsSpecial);
        Assert.Equal("stop", tokenizer.Decode(tokenizer.Encode("stop")));
    }

    [Theory]
    [InlineData("truncation", "{\"max_length\":5}", "$.truncation: expected null, as it is not implemented, found '{\"max_length\":5}'")]
    [InlineData("normalizer", "{\"type\":\"NFC\"}", "$.normalizer: expected null, as it is not implemented, found '{\"type\":\"NFC\"}'")]
    [InlineData("post_processor", "{\"type\":\"TemplateProcessing\"}", "$.post_processor.type: expected 'ByteLevel', the only kind implemented, found 'TemplateProcessing'")]
    [InlineData("pre_tokenizer", "{\"type\":\"Whitespace\"}", "$.pre_tokenizer.type: expected 'ByteLevel', the only kind implemented, found 'Whitespace'")]
    [InlineData("pre_tokenizer", "{\"type\":\"ByteLevel\",\"add_prefix_space\":true}", "$.pre_tokenizer.add_prefix_space: expected false, as it is not implemented, found true")]
    [InlineData("pre_tokenizer", "{\"type\":\"ByteLevel\",\"use_regex\":false}", "$.pre_tokenizer.use_regex: expected true, found false")]
    [InlineData("pre_tokenizer", "null", "$.pre_tokenizer: expected JSON Object, found Null")]
    [InlineData("decoder", "{\"type\":\"WordPiece\"}", "$.decoder.type: expected 'ByteLevel', the only kind implemented, found 'WordPiece'")]
    [InlineData("model.type", "\"Unigram\"", "$.model.type: expected 'BPE', the only kind implemented, found 'Unigram'")]
    [InlineData("model.dropout", "0.1", "$.model.dropout: expected null, as it is not implemented, found '0.1'")]
    [InlineData("model.byte_fallback", "true", "$.model.byte_fallback: expected false, as it is not implemented, found true")]
    [InlineData("model.magic", "1", "$.model: expected only features that are implemented, found 'magic'")]
    [InlineData("model.ignore_merges", "1", "$.model.ignore_merges: expected true or false, found '1'")]
    [InlineData("model.vocab.a", "-1", "$.model.vocab['a']: expected an id from 0 to 4194303, found '-1'")]
    [InlineData("model.vocab.a", "98", "$.model.vocab['b']: expected each id once, found 98 again")]
    [InlineData("model.vocab.a", "1000000", "$.model.vocab['a']: expected ids 0 to 419 for 420 tokens, found id 1000000")]
    [InlineData("model.vocab.<|end|>", "1", "$.model.vocab['<|end|>']: expected id 419 as in added_tokens, found id 1")]
    [InlineData("model.merges.0", "\"a\"", "$.model.merges[0]: expected a pair of tokens, found '\"a\"'")]
    [InlineData("model.merges.0", "[\"a\",1]", "$.model.merges[0]: expected a pair of tokens, found '[\"a\",1]'")]
    [InlineData("model.merges.0", "\"a 日\"", "$.model.merges[0]: expected tokens of the vocabulary, found '日'")]
    [InlineData("model.merges.0", "\"z z\"", "$.model.merges[0]: expected tokens of the vocabulary, found 'zz'")]
    [InlineData("model.merges.0", "\"<|end|> a\"", "$.model.merges[0]: expected no special token in a merge, found '<|end|>'")]
    [InlineData("added_tokens.0.special", "false", "$.added_tokens[0].special: expected true, as tokens that are searched for in the text are not implemented, found false")]
    [InlineData("added_tokens.0.id", "417", "$.added_tokens[1].id: expected each id once, found 417 again")]
    [InlineData("added_tokens.0.content", "\"<|user|>\"", "$.added_tokens[1].content: expected each token once, found '<|user|>' again")]
    public void Read_WhatIsNotImplementedOrWrong_IsRefusedWithItsPlace(string path, string value, string expected)
    {
        var file = Edit(json => Set(json, path.Split('.'), JsonNode.Parse(value)));

        var failure = Assert.Throws<CheckpointException>(() => TokenizerFiles.Read(file));

        Assert.Equal($"Checkpoint file 'tokenizer.json' was refused at {expected}. Restore it from a copy or use another version.", failure.Message);
    }

    [Fact]
    public void Read_WithoutAByte_IsRefused()
    {
        var file = Edit(json =>
        {
            json["model"]!["vocab"]!.AsObject().Remove("\u0100");
            json["model"]!["vocab"]!["zzzz"] = 0;
        });

        var failure = Assert.Throws<CheckpointException>(() => TokenizerFiles.Read(file));

        Assert.Equal(("$.model.vocab", "none for byte 0"), (failure.Place, failure.Actual));
    }

    [Theory]
    [InlineData("", "line 1, byte 0", "JSON", "other text")]
    [InlineData("{\"version\":", "line 1, byte 11", "JSON", "other text")]
    [InlineData("{\"version\":\"1.0\",\"version\":\"1.0\"}", "$", "each property once", "one of them again")]
    public void Read_WhatIsNotJson_IsRefusedWithItsPlace(string text, string place, string expected, string actual)
    {
        var failure = Assert.Throws<CheckpointException>(() => TokenizerFiles.Read(Encoding.UTF8.GetBytes(text)));

        Assert.Equal((place, expected, actual), (failure.Place, failure.Expected, failure.Actual));
    }

    [Fact]
    public void Read_MissingFile_IsRefused()
    {
        using var directory = new TemporaryDirectory();

        Assert.Throws<CheckpointException>(() => TokenizerJson.Read(directory["tokenizer.json"]));
        Assert.Throws<CheckpointException>(() => TokenizerJson.Read(directory.Path));
    }

    [Fact]
    public void Read_AnyDamage_IsRefusedOrStillATokenizer()
    {
        var text = Encoding.UTF8.GetString(Valid);
        Mutations.Survive(Valid, 3000, bytes => TokenizerFiles.Read(bytes).Encode("Is it alive?"));
        Assert.Throws<CheckpointException>(() => TokenizerFiles.Read(Encoding.UTF8.GetBytes(text.Replace("\"a\"", "\"\\ud800\"", StringComparison.Ordinal))));
    }

    private static byte[] Edit(Action<JsonObject> change, byte[]? file = null)
    {
        var json = JsonNode.Parse(file ?? Valid)!.AsObject();
        change(json);
        return Encoding.UTF8.GetBytes(json.ToJsonString());
    }

    private static void Set(JsonNode node, ReadOnlySpan<string> path, JsonNode? value)
    {
        if (node is JsonArray array)
        {
            var index = int.Parse(path[0]);
            if (path.Length == 1)
            {
                array[index] = value;
            }
            else
            {
                Set(array[index]!, path[1..], value);
            }
        }
        else if (path.Length == 1)
        {
            node[path[0]] = value;
        }
        else
        {
            Set(node[path[0]]!, path[1..], value);
        }
    }
}
