using System.Collections.Immutable;
using System.Threading.Channels;
using Archer.Policy.Generation;

namespace Archer.Policy.Serving.Completions;

/// <summary>What a chunk adds: tokens, and the text that they make certain. Token counts start at the utterance's beginning.</summary>
internal sealed record StreamPart(ImmutableArray<GeneratedToken> Tokens, string Text, int TextOffset);

/// <summary>Reads an utterance while it is made: as many tokens at a time as there are. Leaving it cancels what is left to make.</summary>
internal sealed class TokenStream : IAsyncDisposable
{
    private readonly CancellationTokenSource _left;
    private readonly ChannelReader<GeneratedToken> _tokens;
    private readonly UtteranceText _text;
    private int _offset;
    private bool _flushed;

    public TokenStream(CompletionRunner runner, CompletionJob job, CancellationToken cancellationToken)
    {
        _left = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        (_tokens, Result) = runner.Stream(job, _left.Token);
        _text = new UtteranceText(job.Policy.Tokenizer, job.Request.Stop);
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
        while (_tokens.TryRead(out var token))
        {
            read.Add(token);
            added += _text.Push(token.Id);
        }

        return Part(read.ToImmutable(), added);
    }

    public async ValueTask DisposeAsync()
    {
        await _left.CancelAsync();
        await ((Task)Result).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _left.Dispose();
    }

    private async Task<bool> MoreAsync()
    {
        if (await _tokens.WaitToReadAsync(CancellationToken.None))
        {
            return true;
        }

        // Throws what ended the utterance early.
        await Result;
        return false;
    }

    private StreamPart? Rest()
    {
        var rest = _flushed ? "" : _text.Flush();
        _flushed = true;
        return rest.Length > 0 ? Part([], rest) : null;
    }

    private StreamPart Part(ImmutableArray<GeneratedToken> read, string added)
    {
        var part = new StreamPart(read, added, _offset);
        _offset += added.Length;
        return part;
    }
}
