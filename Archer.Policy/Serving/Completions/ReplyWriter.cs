using System.Collections.Immutable;
using System.Text;
using Archer.Client.Policies;
using Archer.Policy.Generation;
using Archer.Policy.Serving.Wire;
using Archer.Policy.Text;

namespace Archer.Policy.Serving.Completions;

/// <summary>Puts what the engine said into the words of OpenAI's API.</summary>
internal static class ReplyWriter
{
    public static string Reason(FinishReason reason) => reason == FinishReason.Length ? "length" : "stop";

    public static Usage Usage(CompletionJob job, ImmutableArray<GenerationResult> results)
    {
        var said = results.Sum(result => result.Tokens.Length);
        return new Usage
        {
            PromptTokens = job.PromptTokenIds.Length,
            CompletionTokens = said,
            TotalTokens = job.PromptTokenIds.Length + said,
            PromptTokensDetails = new PromptTokensDetails { CachedTokens = results[0].CachedTokens },
        };
    }

    public static ImmutableArray<int>? Ids(CompletionJob job, ReadOnlySpan<GeneratedToken> tokens)
    {
        if (!job.Request.ReturnTokenIds)
        {
            return null;
        }

        var ids = ImmutableArray.CreateBuilder<int>(tokens.Length);
        foreach (var token in tokens)
        {
            ids.Add(token.Id);
        }

        return ids.MoveToImmutable();
    }

    /// <summary>JSON has no NaN and no infinity.</summary>
    public static float? Finite(float? value) => value is { } number && float.IsFinite(number) ? number : null;

    public static ChatLogprobs? ChatLogprobs(CompletionJob job, ReadOnlySpan<GeneratedToken> tokens)
    {
        if (!job.Request.LogProbabilities)
        {
            return null;
        }

        var content = ImmutableArray.CreateBuilder<TokenLogprob>(tokens.Length);
        foreach (var token in tokens)
        {
            var alternatives = token.Alternatives.IsDefault ? [] : token.Alternatives;
            content.Add(Logprob(job.Policy.Tokenizer, new ScoredToken(token.Id, token.LogProbability)) with
            {
                TopLogprobs = [.. alternatives.Select(other => Logprob(job.Policy.Tokenizer, other))],
            });
        }

        return new ChatLogprobs { Content = content.MoveToImmutable() };
    }

    public static TextLogprobs? TextLogprobs(CompletionJob job, ReadOnlySpan<GeneratedToken> tokens, int offset)
    {
        if (!job.Request.LogProbabilities)
        {
            return null;
        }

        var tokenizer = job.Policy.Tokenizer;
        var texts = ImmutableArray.CreateBuilder<string>(tokens.Length);
        var logprobs = ImmutableArray.CreateBuilder<float>(tokens.Length);
        var top = ImmutableArray.CreateBuilder<IReadOnlyDictionary<string, float>>(tokens.Length);
        var offsets = ImmutableArray.CreateBuilder<int>(tokens.Length);
        foreach (var token in tokens)
        {
            var text = Text(tokenizer, token.Id);
            texts.Add(text);
            logprobs.Add(token.LogProbability);
            top.Add(Top(tokenizer, token));
            offsets.Add(offset);
            offset += tokenizer.IsSpecial(token.Id) ? 0 : text.Length;
        }

        return new TextLogprobs
        {
            Tokens = texts.MoveToImmutable(),
            TokenLogprobs = logprobs.MoveToImmutable(),
            TopLogprobs = top.MoveToImmutable(),
            TextOffset = offsets.MoveToImmutable(),
        };
    }

    private static Dictionary<string, float> Top(BpeTokenizer tokenizer, GeneratedToken token)
    {
        var top = new Dictionary<string, float>(StringComparer.Ordinal);
        foreach (var other in token.Alternatives.IsDefault ? [] : token.Alternatives)
        {
            // Two tokens that are parts of characters may read alike: the likelier one came first.
            top.TryAdd(Text(tokenizer, other.Id), other.LogProbability);
        }

        return top;
    }

    private static TokenLogprob Logprob(BpeTokenizer tokenizer, ScoredToken token) => new()
    {
        Token = Text(tokenizer, token.Id),
        Logprob = token.LogProbability,
        Bytes = [.. tokenizer.TokenBytes(token.Id).ToArray().Select(value => (int)value)],
    };

    private static string Text(BpeTokenizer tokenizer, int id) => Encoding.UTF8.GetString(tokenizer.TokenBytes(id));
}
