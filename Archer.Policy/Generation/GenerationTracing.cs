using System.Diagnostics;

namespace Archer.Policy.Generation;

/// <summary>Spans of the engine under the source <c>Archer.Policy</c>. Tokens and texts are never recorded.</summary>
internal static class GenerationTracing
{
    private static readonly ActivitySource Source = new("Archer.Policy");

    /// <summary>From a request's arrival to its last token: queueing, prefill and decode.</summary>
    public static Activity? Start(GenerationRequest request) => Source.StartActivity("generate")?
        .SetTag("gen_ai.usage.input_tokens", request.PromptTokenIds.Length);

    public static void Finished(this Activity? span, GenerationResult result) => span?
        .SetTag("gen_ai.usage.output_tokens", result.Tokens.Length)
        .SetTag("archer.cached_tokens", result.CachedTokens);
}
