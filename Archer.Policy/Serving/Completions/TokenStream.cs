using System.Collections.Immutable;
using System.Threading.Channels;
using Archer.Policy.Generation;

namespace Archer.Policy.Serving.Completions;

/// <summary>What a chunk adds: tokens, and the text that they make certain. Token counts start at the utterance's beginning.</summary>
internal sealed record StreamPart(ImmutableArray<GeneratedToken> Tokens, string Text, int TextOffset);

/// <summary>Reads an utterance while it is made: as many tokens at a time as there are. Leaving it cancels what is left to make.</summary>
internal sealed class TokenStream : IAsyncDisposable
{
    private readonly CancellationTokenSource left;
    private readonly ChannelReader<GeneratedToken> tokens;
    private readonly UtteranceText text;
    private int offset;
    private bool flushed;

    public TokenStream(CompletionRunner runner, CompletionJob job, CancellationToken cancellationToken)
    {
        left = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        (tokens, Result) = runner.Stream(job, left.Token);
        text = new UtteranceText(job.Policy.Tokenizer, job.Request.Stop);
    }

    public Task<GenerationResult> Result { get; }

    /// <summary>The next part; null after the last.</summary>
    public async Task<StreamPart?> NextAsync()
    {
        if (!await MoreAsync())
        {
            return Rest();
        }

        var read = ImmutableArray.CreateBuilder<GeneratedToken>();
        var added = "";
        while (tokens.TryRead(out var token))
        {
            read.Add(token);
            added += text.Push(token.Id);
        }

        return Part(read.ToImmutable(), added);
    }

    public async ValueTask DisposeAsync()
    {
        await left.CancelAsync();
        await ((Task)Result).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        left.Dispose();
    }

    private async Task<bool> MoreAsync()
    {
        if (await tokens.WaitToReadAsync(CancellationToken.None))
        {
            return true;
        }

        // Throws what ended the utterance early.
        await Result;
        return false;
    }

    private StreamPart? Rest()
    {
        var rest = flushed ? "" : text.Flush();
        flushed = true;
        return rest.Length > 0 ? Part([], rest) : null;
    }

    private StreamPart Part(ImmutableArray<GeneratedToken> read, string added)
    {
        var part = new StreamPart(read, added, offset);
        offset += added.Length;
        return part;
    }
}
