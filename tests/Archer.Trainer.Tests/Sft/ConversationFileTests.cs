using System.Text;
using Archer.Policy.Text;
using Archer.Trainer.Sft;

namespace Archer.Trainer.Tests.Sft;

public sealed class ConversationFileTests
{
    [Fact]
    public void Write_ThenParse_GivesTheSameConversation()
    {
        var conversation = new SftConversation
        {
            Messages = [new(ChatRole.System, "Be \"brief\"."), new(ChatRole.User, "Hi\nthere"), new(ChatRole.Assistant, "Grüezi", Train: false), new(ChatRole.Assistant, "?")],
            Label = "dog",
        };
        using var stream = new MemoryStream();

        ConversationFile.Write([conversation], stream);
        var lines = Encoding.UTF8.GetString(stream.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var parsed = ConversationFile.Parse(Assert.Single(lines), "here");

        Assert.Equal(conversation.Messages, parsed.Messages);
        Assert.Equal("dog", parsed.Label);
    }

    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"Hi"}]}""", "here: no message is the assistant's: there is nothing to imitate.")]
    [InlineData("""{"messages":[{"role":"robot","content":"Hi"}]}""", "here: role 'robot' is none of system, user, assistant.")]
    [InlineData("null", "here: expected a conversation, found null.")]
    public void Parse_OfSomethingElse_SaysWhatIsWrong(string line, string message) =>
        Assert.Equal(message, Assert.Throws<InvalidDataException>(() => ConversationFile.Parse(line, "here")).Message);

    [Theory]
    [InlineData("{")]
    [InlineData("""{"messages":null}""")]
    [InlineData("""{"messages":[{"role":"user"}]}""")]
    [InlineData("""{"label":"dog"}""")]
    public void Parse_OfABrokenLine_NamesThePlace(string line) =>
        Assert.StartsWith("here: ", Assert.Throws<InvalidDataException>(() => ConversationFile.Parse(line, "here")).Message);
}
