using System.Diagnostics;
using Archer.Client.Policies;
using Archer.Grains.Policies;

namespace Archer.Grains.Conversations;

/// <summary>
/// Spans of a conversation under the source <c>Archer.Grains</c>, named as OpenTelemetry's semantic conventions for generative AI have it. Texts are never
/// recorded. Without a listener a span costs nothing.
/// </summary>
internal static class ConversationTracing
{
    private static readonly ActivitySource Source = new("Archer.Grains");

    /// <summary>The call of the policy for one turn.</summary>
    public static Activity? StartChat(string conversation, PolicyRequest request) => Source.StartActivity($"chat {request.Agent}", ActivityKind.Client)?
        .SetTag("gen_ai.operation.name", "chat")
        .SetTag("gen_ai.provider.name", "archer")
        .SetTag("gen_ai.agent.name", request.Agent)
        .SetTag("gen_ai.conversation.id", conversation)
        .SetTag("gen_ai.request.model", request.Version)
        .SetTag("gen_ai.request.temperature", request.Sampling.Temperature)
        .SetTag("gen_ai.request.max_tokens", request.Sampling.MaxTokens);

    /// <summary>What the policy answered.</summary>
    public static void Answered(this Activity? chat, PolicyAnswer answer) => chat?
        .SetTag("gen_ai.response.model", answer.Utterance.PolicyVersion)
        .SetTag("gen_ai.response.finish_reasons", (string[])[answer.Utterance.FinishReason == FinishReason.Stop ? "stop" : "length"])
        .SetTag("gen_ai.usage.output_tokens", answer.Utterance.TokenIds.Length);

    /// <summary>The call failed.</summary>
    public static void Failed(this Activity? span, Exception failure) => span?
        .SetTag("error.type", failure.GetType().FullName)
        .SetStatus(ActivityStatusCode.Error);

    /// <summary>The write of a conversation's state.</summary>
    public static Activity? StartCommit(string conversation) => Source.StartActivity("commit")?.SetTag("gen_ai.conversation.id", conversation);
}
