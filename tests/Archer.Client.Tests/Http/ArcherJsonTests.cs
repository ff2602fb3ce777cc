using System.Text.Json;
using Archer.Client.Conversations;
using Archer.Client.Http;
using Archer.Client.Policies;

namespace Archer.Client.Tests.Http;

public sealed class ArcherJsonTests
{
    [Fact]
    public void TurnReply_Written_IsSnakeCaseWithoutNulls()
    {
        var reply = new TurnReply
        {
            Conversation = "c",
            Turn = 2,
            Text = "Is it alive?",
            PolicyVersion = "v000003",
            FinishReason = FinishReason.Stop,
            Tokens = 5,
            TurnsLeft = 17,
        };

        var json = JsonSerializer.Serialize(reply, ArcherJson.Default.TurnReply);

        Assert.Equal(
            """{"conversation":"c","turn":2,"text":"Is it alive?","policy_version":"v000003","finish_reason":"stop","tokens":5,"turns_left":17}""",
            json);
    }

    [Fact]
    public void StartConversation_RoundTrip_IsEqual()
    {
        var start = new StartConversation
        {
            Agent = "twenty-questions",
            Id = "c-1",
            Split = ReplaySplit.HoldOut,
            Simulated = true,
            Sampling = new SamplingOverrides { Temperature = 0.5f },
        };

        var json = JsonSerializer.Serialize(start, ArcherJson.Default.StartConversation);

        Assert.Contains("\"split\":\"hold_out\"", json, StringComparison.Ordinal);
        Assert.Equal(start, JsonSerializer.Deserialize(json, ArcherJson.Default.StartConversation));
    }

    [Fact]
    public void Enumeration_AsNumber_IsRefused() =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize("""{"outcome":0}""", ArcherJson.Default.EndConversation));
}
