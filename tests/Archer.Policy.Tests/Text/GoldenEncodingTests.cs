using System.Text.Json;
using Archer.Policy.Text;

namespace Archer.Policy.Tests.Text;

/// <summary>Ids that Hugging Face's own library gave for our tokenizer.json (Golden/encodings.json says how they were made).</summary>
public sealed class GoldenEncodingTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Text", "Golden");
    private static readonly BpeTokenizer Tokenizer = TokenizerJson.Read(Path.Combine(Folder, "tokenizer.json"));
    private static readonly JsonElement Golden = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, "encodings.json"))).RootElement;

    [Fact]
    public void Encode_Texts_AgreesWithHuggingFace()
    {
        foreach (var sample in Golden.GetProperty("texts").EnumerateArray())
        {
            var text = sample.GetProperty("text").GetString()!;

            Assert.Equal(Ids(sample), Tokenizer.Encode(text));
            Assert.Equal(text, Tokenizer.Decode(Ids(sample)));
        }

        Assert.Equal(150, Golden.GetProperty("texts").GetArrayLength());
    }

    [Fact]
    public void Observation_OfAConversation_AgreesWithHuggingFaceAndOurJinjaTemplate()
    {
        var observation = new ChatTemplate(Tokenizer).Observation(
        [
            ChatMessage.System("Ask questions."), ChatMessage.User("Let's play."), ChatMessage.Assistant("Is it alive?"), ChatMessage.User("No."),
        ]);

        Assert.Equal(Ids(Golden.GetProperty("chat")), observation.AsEnumerable());
        Assert.Equal(Golden.GetProperty("chat").GetProperty("text").GetString(), Tokenizer.Decode(observation.AsSpan(), showSpecial: true));
    }

    private static int[] Ids(JsonElement sample) => [.. sample.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())];
}
