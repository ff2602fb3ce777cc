using System.Runtime.CompilerServices;
using Archer.Policy.Generation;
using Archer.Policy.Serving.Versions;
using Archer.Policy.Serving.Wire;

namespace Archer.Policy.Serving.Completions;

/// <summary>Continues prompts that no template is put around.</summary>
internal sealed class TextCompletions(RequestReader reader, PolicyRegistry registry, CompletionRunner runner, TimeProvider time)
{
    /// <summary>Makes the whole reply.</summary>
    public async Task<TextCompletion> CompleteAsync(CompletionRequest request, CancellationToken cancellationToken)
    {
        var (sampling, prompt) = reader.Read(request);
        using var lease = await registry.AcquireAsync(request.Model!, cancellationToken);
        var job = new CompletionJob { Policy = lease.Policy, PromptTokenIds = PromptIds.OfPrompt(lease.Policy, prompt), Request = sampling };
        var results = await runner.RunAsync(job, cancellationToken);
        return Reply(job) with
        {
            Choices = [.. results.Select((result, index) => Choice(job, result, index))],
            Usage = ReplyWriter.Usage(job, results),
            PromptTokenIds = sampling.ReturnTokenIds ? job.PromptTokenIds : null,
            PolicyVersion = lease.Policy.Version,
            Value = ReplyWriter.Finite(results[0].Value),
        };
    }

    /// <summary>Makes the reply in chunks.</summary>
    public async IAsyncEnumerable<TextCompletion> StreamAsync(CompletionRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (sampling, prompt) = reader.Read(request with { Stream = true });
        using var lease = await registry.AcquireAsync(request.Model!, cancellationToken);
        var job = new CompletionJob { Policy = lease.Policy, PromptTokenIds = PromptIds.OfPrompt(lease.Policy, prompt), Request = sampling };
        var head = Reply(job);
        var promptIds = sampling.ReturnTokenIds ? job.PromptTokenIds : (System.Collections.Immutable.ImmutableArray<int>?)null;
        await using var stream = new TokenStream(runner, job, cancellationToken);
        while (await stream.NextAsync() is { } part)
        {
            yield return head with { Choices = [Delta(job, part)], PromptTokenIds = promptIds };
            promptIds = null;
        }

        var result = await stream.Result;
        yield return head with
        {
            Choices = [new TextChoice { Index = 0, Text = "", FinishReason = ReplyWriter.Reason(result.FinishReason) }],
            PolicyVersion = lease.Policy.Version,
            Value = ReplyWriter.Finite(result.Value),
        };
        if (sampling.IncludeUsage)
        {
            yield return head with { Usage = ReplyWriter.Usage(job, [result]) };
        }
    }

    private static TextChoice Choice(CompletionJob job, GenerationResult result, int index) => new()
    {
        Index = index,
        Text = UtteranceText.Of(job.Policy.Tokenizer, job.Request.Stop, result.Tokens),
        Logprobs = ReplyWriter.TextLogprobs(job, result.Tokens.AsSpan(), 0),
        FinishReason = ReplyWriter.Reason(result.FinishReason),
        TokenIds = ReplyWriter.Ids(job, result.Tokens.AsSpan()),
    };

    private static TextChoice Delta(CompletionJob job, StreamPart part) => new()
    {
        Index = 0,
        Text = part.Text,
        Logprobs = ReplyWriter.TextLogprobs(job, part.Tokens.AsSpan(), part.TextOffset),
        TokenIds = ReplyWriter.Ids(job, part.Tokens.AsSpan()),
    };

    private TextCompletion Reply(CompletionJob job) => new()
    {
        Id = $"cmpl-{Guid.NewGuid():N}",
        Object = "text_completion",
        Created = time.GetUtcNow().ToUnixTimeSeconds(),
        Model = job.Policy.Name,
        Choices = [],
    };
}
