using System.Collections.Immutable;
using System.Threading.Channels;
using Archer.Client.Policies;
using Archer.Client.Randomness;
using Archer.Policy.Generation;

namespace Archer.Policy.Serving.Completions;

/// <summary>Has the engine make a job's utterances.</summary>
internal sealed class CompletionRunner(GenerationThread engine)
{
    /// <summary>All choices; when one fails, the others are cancelled.</summary>
    public async Task<ImmutableArray<GenerationResult>> RunAsync(CompletionJob job, CancellationToken cancellationToken)
    {
        if (job.Request.Choices == 1)
        {
            return [await engine.GenerateAsync(Choice(job, 0, null), cancellationToken)];
        }

        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var choices = Enumerable.Range(0, job.Request.Choices).Select(RunAsync).ToArray();
        return [.. await Task.WhenAll(choices)];

        async Task<GenerationResult> RunAsync(int index)
        {
            try
            {
                return await engine.GenerateAsync(Choice(job, index, null), failed.Token);
            }
            catch
            {
                await failed.CancelAsync();
                throw;
            }
        }
    }

    /// <summary>Begins one utterance; its tokens can be read while it is made. They end when it ends, well or not.</summary>
    public (ChannelReader<GeneratedToken> Tokens, Task<GenerationResult> Result) Stream(CompletionJob job, CancellationToken cancellationToken)
    {
        var tokens = Channel.CreateUnbounded<GeneratedToken>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = false });
        return (tokens.Reader, engine.GenerateAsync(Choice(job, 0, tokens.Writer), cancellationToken));
    }

    private static GenerationRequest Choice(CompletionJob job, int index, ChannelWriter<GeneratedToken>? tokens) => new()
    {
        Model = job.Policy.Model,
        PromptTokenIds = job.PromptTokenIds,
        Sampling = Seeded(job.Request.Sampling, index),
        StopTokens = [job.Policy.Template.StopId],
        StopRule = job.Request.Stop.IsEmpty ? null : new UtteranceText(job.Policy.Tokenizer, job.Request.Stop),
        Mask = job.Policy.Mask,
        Alternatives = job.Request.Alternatives,
        WantValue = index == 0,
        Tokens = tokens,
    };

    /// <summary>The first choice has the request's own seed, each further one another that follows from it.</summary>
    private static SamplingSettings Seeded(SamplingSettings settings, int index) =>
        index == 0 ? settings : settings with { Seed = SplitMix64.Derive(settings.Seed, (ulong)index) };
}
