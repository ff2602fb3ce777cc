using System.Collections.Concurrent;
using System.Diagnostics;
using Archer.Client.Conversations;
using Archer.Testing.Grains;

namespace Archer.Grains.Tests.Conversations;

public sealed class ConversationTracingTests
{
    [Fact]
    public async Task Turn_Traced_HasAChatAndACommitWithoutItsTexts()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Archer.Grains",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var platform = await GrainPlatform.StartAsync();
        var conversation = await platform.BeginAsync("traced");

        var reply = await conversation.SayAsync(new UserMessage { Text = "A secret." });

        var own = spans.Where(span => Equals(span.GetTagItem("gen_ai.conversation.id"), "traced")).ToList();
        var chat = Assert.Single(own, span => span.OperationName == $"chat {GrainPlatform.Agent}");
        Assert.Equal(reply.PolicyVersion, chat.GetTagItem("gen_ai.response.model"));
        Assert.Equal(reply.Tokens, chat.GetTagItem("gen_ai.usage.output_tokens"));
        Assert.Contains(own, span => span.OperationName == "commit");
        Assert.DoesNotContain(own.SelectMany(span => span.TagObjects), tag => tag.Value is string text && (text.Contains("secret") || text == reply.Text));
    }
}
