using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Archer.Client;
using Archer.Client.Policies;
using Archer.Grains.Policies;
using Archer.Policy.Generation;
using Archer.Policy.Serving.Completions;
using Archer.Policy.Serving.Versions;
using Archer.Policy.Text;
using Microsoft.Extensions.Options;

namespace Archer.Silo.Policies;

/// <summary>
/// The policy server of this very process, called without HTTP: the same registry and engine that its API serves. Everything off the grain's scheduler. There is
/// no retry: what fails here fails again, and the caller is told to come back.
/// </summary>
internal sealed class EnginePolicyClient(
    PolicyRegistry registry, CompletionRunner runner, GenerationMetrics metrics, IOptions<PolicyClientOptions> options) : IPolicyClient
{
    /// <inheritdoc/>
    public Task<PolicyAnswer> CompleteAsync(PolicyRequest request, CancellationToken cancellationToken) =>
        GuardAsync(request, token => GenerateAsync(request, onText: null, token), cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<PolicyFragment> StreamAsync(PolicyRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var fragments = Channel.CreateUnbounded<PolicyFragment>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        var producing = ProduceAsync(request, fragments.Writer, abandoned.Token);
        try
        {
            await foreach (var fragment in fragments.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return fragment;
            }
        }
        finally
        {
            await abandoned.CancelAsync().ConfigureAwait(false);
        }

        await producing.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task LoadAsync(string agent, string version, CancellationToken cancellationToken)
    {
        try
        {
            await registry.LoadAsync(agent, version, cancellationToken).ConfigureAwait(false);
        }
        catch (ModelNotFoundException missing)
        {
            throw Missing(missing);
        }
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<string>> ListAsync(string agent, CancellationToken cancellationToken) => Task.Run<ImmutableArray<string>>(
        () =>
        {
            try
            {
                return [.. registry.Describe(agent).Available()];
            }
            catch (ModelNotFoundException)
            {
                return [];
            }
        },
        cancellationToken);

    private static VersionRefusedException Missing(ModelNotFoundException missing) => new(missing.Message) { IsMissing = true };

    private async Task ProduceAsync(PolicyRequest request, ChannelWriter<PolicyFragment> fragments, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await GuardAsync(
                request,
                token => GenerateAsync(request, text => fragments.TryWrite(new PolicyFragment(text, null)), token),
                cancellationToken).ConfigureAwait(false);
            fragments.TryWrite(new PolicyFragment(null, answer));
            fragments.TryComplete();
        }
        catch (Exception exception)
        {
            // The reader gets it.
            fragments.TryComplete(exception);
        }
    }

    private async Task<PolicyAnswer> GuardAsync(PolicyRequest request, Func<CancellationToken, Task<PolicyAnswer>> generate, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.Value.AttemptTimeout);
        var outcome = "failed";
        try
        {
            var answer = await Task.Run(() => generate(limit.Token), cancellationToken).ConfigureAwait(false);
            outcome = "ok";
            return answer;
        }
        catch (ModelNotFoundException missing)
        {
            outcome = "refused";
            throw Missing(missing);
        }
        catch (Exception exception) when (exception is InvalidRequestException or ObservationTooLongException or VersionRefusedException)
        {
            outcome = "refused";
            throw;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            outcome = "cancelled";
            throw;
        }
        catch (OperationCanceledException late)
        {
            throw Unavailable(request, $"took longer than {options.Value.AttemptTimeout.TotalSeconds} s.", options.Value.RetryAfter, late);
        }
        catch (TransientException failure)
        {
            outcome = failure is GenerationOverloadedException ? "overloaded" : "failed";
            throw Unavailable(request, $"failed: {failure.Message}", failure.RetryAfter, failure);
        }
        finally
        {
            metrics.Request(outcome);
        }
    }

    private static PolicyUnavailableException Unavailable(PolicyRequest request, string reason, TimeSpan retryAfter, Exception inner) =>
        new($"Turn {request.History.Length} with {request.Agent}@{request.Version} {reason}", retryAfter, inner);

    private async Task<PolicyAnswer> GenerateAsync(PolicyRequest request, Action<string>? onText, CancellationToken cancellationToken)
    {
        using var lease = await registry.AcquireAsync($"{request.Agent}@{request.Version}", cancellationToken).ConfigureAwait(false);
        var prompt = PromptIds.OfChat(lease.Policy, Messages(request));
        var job = new CompletionJob { Policy = lease.Policy, PromptTokenIds = prompt, Request = Sampling(request, onText is not null) };
        var result = onText is null
            ? (await runner.RunAsync(job, cancellationToken).ConfigureAwait(false))[0]
            : await StreamAsync(job, onText, cancellationToken).ConfigureAwait(false);
        return new PolicyAnswer
        {
            // The template keeps recorded ids as they are, so that only what is behind them is new.
            PromptTokenIds = prompt[request.History.Sum(turn => turn.PromptTokenIds.Length + turn.UtteranceTokenIds.Length)..],
            Utterance = new Utterance
            {
                Text = UtteranceText.Of(lease.Policy.Tokenizer, [], result.Tokens),
                TokenIds = [.. result.Tokens.Select(token => token.Id)],
                LogProbabilities = [.. result.Tokens.Select(token => token.LogProbability)],
                PolicyVersion = lease.Policy.Version,
                FinishReason = result.FinishReason,
                Value = result.Value is { } value && float.IsFinite(value) ? value : null,
                Sampling = request.Sampling,
            },
        };
    }

    private async Task<GenerationResult> StreamAsync(CompletionJob job, Action<string> onText, CancellationToken cancellationToken)
    {
        await using var stream = new TokenStream(runner, job, cancellationToken);
        while (await stream.NextAsync().ConfigureAwait(false) is { } part)
        {
            if (part.Text.Length > 0)
            {
                onText(part.Text);
            }
        }

        return await stream.Result.ConfigureAwait(false);
    }

    private static SamplingRequest Sampling(PolicyRequest request, bool stream) => new()
    {
        Sampling = request.Sampling,
        Stop = [],
        Choices = 1,
        Stream = stream,
        IncludeUsage = false,
        ReturnTokenIds = true,
        LogProbabilities = true,
        Alternatives = 0,
    };

    private static ImmutableArray<ChatMessage> Messages(PolicyRequest request)
    {
        var messages = ImmutableArray.CreateBuilder<ChatMessage>((request.History.Length * 2) + 2);
        if (request.History.IsEmpty && request.SystemPrompt.Length > 0)
        {
            // Later it is part of the first turn's ids.
            messages.Add(new ChatMessage { Role = ChatRole.System, Text = request.SystemPrompt });
        }

        foreach (var turn in request.History)
        {
            messages.Add(new ChatMessage { Role = ChatRole.User, Text = turn.UserText, TokenIds = turn.PromptTokenIds });
            messages.Add(new ChatMessage { Role = ChatRole.Assistant, Text = turn.AgentText, TokenIds = turn.UtteranceTokenIds });
        }

        messages.Add(new ChatMessage { Role = ChatRole.User, Text = request.UserText });
        return messages.DrainToImmutable();
    }
}
