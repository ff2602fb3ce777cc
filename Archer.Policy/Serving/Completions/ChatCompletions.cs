using System.Runtime.CompilerServices;
using Archer.Policy.Generation;
using Archer.Policy.Serving.Versions;
using Archer.Policy.Serving.Wire;

namespace Archer.Policy.Serving.Completions;

/// <summary>Answers chat requests; the HTTP endpoint and callers in the same process share it.</summary>
public sealed class ChatCompletions
{
    private const string Whole = "chat.completion";
    private const string Chunk = "chat.completion.chunk";
    private readonly RequestReader _reader;
    private readonly PolicyRegistry _registry;
    private readonly CompletionRunner _runner;
    private readonly TimeProvider _time;

    internal ChatCompletions(RequestReader reader, PolicyRegistry registry, CompletionRunner runner, TimeProvider time)
    {
        _reader = reader;
        _registry = registry;
        _runner = runner;
        _time = time;
    }

    /// <summary>Makes the whole reply.</summary>
    /// <exception cref="Client.InvalidRequestException">The request is wrong; every problem is listed.</exception>
    /// <exception cref="ModelNotFoundException">There is no such agent or version.</exception>
    /// <exception cref="Client.VersionRefusedException">The version is damaged.</exception>
    /// <exception cref="Client.ObservationTooLongException">The conversation does not fit into the model.</exception>
    /// <exception cref="Client.TransientException">Too many requests wait, or a pass failed.</exception>
    public async Task<ChatCompletion> CompleteAsync(ChatCompletionRequest request, CancellationToken cancellationToken)
    {
        var (sampling, messages) = _reader.Read(request);
        using var lease = await _registry.AcquireAsync(request.Model!, cancellationToken);
        var job = new CompletionJob { Policy = lease.Policy, PromptTokenIds = PromptIds.OfChat(lease.Policy, messages), Request = sampling };
        var results = await _runner.RunAsync(job, cancellationToken);
        return Reply(job, NewId(), Whole) with
        {
            Choices = [.. results.Select((result, index) => Choice(job, result, index))],
            Usage = ReplyWriter.Usage(job, results),
            PromptTokenIds = sampling.ReturnTokenIds ? job.PromptTokenIds : null,
            PolicyVersion = lease.Policy.Version,
            Value = ReplyWriter.Finite(results[0].Value),
        };
    }

    /// <summary>Makes the reply in chunks. What can be found wrong before the first token is thrown by the first step.</summary>
    /// <exception cref="Client.ArcherException">As in <see cref="CompleteAsync"/>.</exception>
    public async IAsyncEnumerable<ChatCompletion> StreamAsync(
        ChatCompletionRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (sampling, messages) = _reader.Read(request with { Stream = true });
        using var lease = await _registry.AcquireAsync(request.Model!, cancellationToken);
        var job = new CompletionJob { Policy = lease.Policy, PromptTokenIds = PromptIds.OfChat(lease.Policy, messages), Request = sampling };
        var head = Reply(job, NewId(), Chunk);
        await using var stream = new TokenStream(_runner, job, cancellationToken);
        var first = await stream.NextAsync();
        yield return head with
        {
            Choices = [new ChatChoice { Index = 0, Delta = new ReplyMessage { Role = "assistant", Content = "" } }],
            PromptTokenIds = sampling.ReturnTokenIds ? job.PromptTokenIds : null,
        };
        for (var part = first; part is not null; part = await stream.NextAsync())
        {
            yield return head with { Choices = [Delta(job, part)] };
        }

        var result = await stream.Result;
        yield return head with
        {
            Choices = [new ChatChoice { Index = 0, Delta = new ReplyMessage(), FinishReason = ReplyWriter.Reason(result.FinishReason) }],
            PolicyVersion = lease.Policy.Version,
            Value = ReplyWriter.Finite(result.Value),
        };
        if (sampling.IncludeUsage)
        {
            yield return head with { Usage = ReplyWriter.Usage(job, [result]) };
        }
    }

    private static string NewId() => $"chatcmpl-{Guid.NewGuid():N}";

    private static ChatChoice Choice(CompletionJob job, GenerationResult result, int index) => new()
    {
        Index = index,
        Message = new ReplyMessage { Role = "assistant", Content = UtteranceText.Of(job.Policy.Tokenizer, job.Request.Stop, result.Tokens) },
        Logprobs = ReplyWriter.ChatLogprobs(job, result.Tokens.AsSpan()),
        FinishReason = ReplyWriter.Reason(result.FinishReason),
        TokenIds = ReplyWriter.Ids(job, result.Tokens.AsSpan()),
    };

    private static ChatChoice Delta(CompletionJob job, StreamPart part) => new()
    {
        Index = 0,
        Delta = new ReplyMessage { Content = part.Text },
        Logprobs = ReplyWriter.ChatLogprobs(job, part.Tokens.AsSpan()),
        TokenIds = ReplyWriter.Ids(job, part.Tokens.AsSpan()),
    };

    private ChatCompletion Reply(CompletionJob job, string id, string kind) => new()
    {
        Id = id,
        Object = kind,
        Created = _time.GetUtcNow().ToUnixTimeSeconds(),
        Model = job.Policy.Name,
        Choices = [],
    };
}
