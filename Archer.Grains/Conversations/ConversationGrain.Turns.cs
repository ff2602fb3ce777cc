using System.Diagnostics;
using System.Runtime.CompilerServices;
using Archer.Client;
using Archer.Client.Conversations;
using Archer.Grains.Agents;
using Archer.Grains.Policies;

namespace Archer.Grains.Conversations;

/// <content>A message and the reply to it.</content>
internal sealed partial class ConversationGrain
{
    /// <summary>The canary is replaced by the version that serves, and that by an earlier one.</summary>
    private const int MaxReplacements = 2;

    public async Task<TurnReply> SayAsync(UserMessage message, CancellationToken cancellationToken)
    {
        if (await BeginTurnAsync(message) is { } stored)
        {
            return stored;
        }

        var turn = _current.Turns.Length;
        var request = await PrepareAsync(message);
        for (var replaced = 0; ; replaced++)
        {
            try
            {
                return await CommitTurnAsync(message, turn, await CompleteAsync(request, cancellationToken));
            }
            catch (VersionRefusedException refusal) when (_current.Request?.PolicyVersion is null)
            {
                request = await ReplaceAsync(request, refusal, replaced, cancellationToken);
            }
        }
    }

    private async Task<PolicyAnswer> CompleteAsync(PolicyRequest request, CancellationToken cancellationToken)
    {
        using var span = ConversationTracing.StartChat(Id, request);
        try
        {
            var answer = await policy.CompleteAsync(request, cancellationToken);
            span.Answered(answer);
            return answer;
        }
        catch (Exception failure)
        {
            span.Failed(failure);
            throw;
        }
    }

    public async IAsyncEnumerable<TurnFragment> StreamSayAsync(UserMessage message, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _streams++;
        try
        {
            await foreach (var fragment in StreamTurnAsync(message, cancellationToken))
            {
                yield return fragment;
            }
        }
        finally
        {
            _streams--;
            await ReleaseWatchAsync();
        }
    }

    private async IAsyncEnumerable<TurnFragment> StreamTurnAsync(UserMessage message, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await BeginTurnAsync(message) is { } stored)
        {
            yield return new TurnFragment { Text = stored.Text };
            yield return new TurnFragment { Reply = stored };
            yield break;
        }

        var turn = _current.Turns.Length;
        var request = await PrepareAsync(message);
        using var span = ConversationTracing.StartChat(Id, request);
        var (fragments, any) = await OpenStreamAsync(request, span, cancellationToken);
        await using (fragments)
        {
            for (var more = any; more; more = await fragments.MoveNextAsync())
            {
                var fragment = fragments.Current;
                if (fragment.Answer is not { } answer)
                {
                    yield return new TurnFragment { Text = fragment.Text };
                    continue;
                }

                span.Answered(answer);
                yield return new TurnFragment { Reply = await CommitTurnAsync(message, turn, answer) };
            }
        }
    }

    /// <summary>A stream at its first piece: up to there another version may answer, from there on none may.</summary>
    private async Task<(IAsyncEnumerator<PolicyFragment> Fragments, bool Any)> OpenStreamAsync(PolicyRequest request, Activity? span, CancellationToken cancellationToken)
    {
        for (var replaced = 0; ; replaced++)
        {
            var fragments = policy.StreamAsync(request, cancellationToken).GetAsyncEnumerator(cancellationToken);
            try
            {
                return (fragments, await fragments.MoveNextAsync());
            }
            catch (Exception failure)
            {
                await fragments.DisposeAsync();
                if (failure is not VersionRefusedException refusal || _current.Request?.PolicyVersion is not null)
                {
                    span.Failed(failure);
                    throw;
                }

                request = await ReplaceAsync(request, refusal, replaced, cancellationToken);
            }
        }
    }

    /// <summary>
    /// The caller did not choose the version: another one answers, if the agent has one. That none does is no fault of the request, and passes when
    /// another one serves.
    /// </summary>
    private async Task<PolicyRequest> ReplaceAsync(PolicyRequest request, VersionRefusedException refusal, int replaced, CancellationToken cancellationToken)
    {
        var agent = GrainFactory.GetGrain<IAgentGrain>(request.Agent);
        return replaced < MaxReplacements && await agent.ReplaceAsync(Id, request.Version, cancellationToken) is { } version
            ? request with { Version = version }
            : throw new PolicyUnavailableException(
                $"Version {request.Version}, which agent {request.Agent} serves, cannot answer: {refusal.Message}", policyOptions.Value.RetryAfter, refusal);
    }

    /// <summary>Checks that the message may be answered; gives the reply that it had before, if any.</summary>
    private async Task<TurnReply?> BeginTurnAsync(UserMessage message)
    {
        RequireStarted();
        if (_current.FindTurn(message) is { } known)
        {
            return _current.ToReply(_current.Turns.IndexOf(known));
        }

        RequireOpen();
        _current.RequireReward(message.Reward);
        await WatchAsync();

        // Other calls may have come in between: it may have ended, or be gone.
        RequireStarted();
        RequireOpen();
        if (_current.Turns.Length < _current.Terms.TurnLimit)
        {
            return null;
        }

        var end = new EndState
        {
            Outcome = ConversationOutcome.Truncated,
            Reason = EndReason.TurnLimit,
            At = time.GetUtcNow(),
            Text = message.Text,
            Key = message.Key,
            Reward = message.Reward,
        };
        await EndAsync(end);
        throw new ConversationEndedException($"Conversation {Id} has had its {_current.Terms.TurnLimit} turns and has ended (truncated): start another one.");
    }

    private async Task<PolicyRequest> PrepareAsync(UserMessage message)
    {
        var conversation = _current;
        var turn = conversation.Turns.Length;
        var version = conversation.Request!.PolicyVersion ?? await Agent.DecideAsync(Id);
        return new PolicyRequest
        {
            Agent = conversation.Request!.Agent,
            Version = version,
            SystemPrompt = conversation.Terms.SystemPrompt,
            History = [.. conversation.Turns.Select(past => new PolicyTurn(past.UserText, past.PromptTokenIds, past.Utterance.Text, past.Utterance.TokenIds))],
            UserText = message.Text,
            Sampling = conversation.Terms.Sampling with { Seed = UtteranceSeed.Derive(conversation.Terms.Seed, Id, turn) },
        };
    }

    private async Task<TurnReply> CommitTurnAsync(UserMessage message, int turn, PolicyAnswer answer)
    {
        var committed = false;
        TurnReply? reply = null;
        await CommitAsync(current =>
        {
            // The pieces of a stream interleave with other calls: what held at the beginning may not hold any more.
            if (current.FindTurn(message) is { } known)
            {
                reply = current.ToReply(current.Turns.IndexOf(known));
                return current;
            }

            if (!current.IsOpen || current.Turns.Length != turn)
            {
                throw new ConflictException($"Another message or the end of conversation {Id} came while turn {turn} was answered: read it and try again.");
            }

            var now = time.GetUtcNow();
            var next = new TurnState
            {
                Key = message.Key,
                UserText = message.Text,
                PromptTokenIds = answer.PromptTokenIds,
                Utterance = answer.Utterance,
                ActedAt = now,
                MessageReward = message.Reward,
            };
            committed = true;
            var changed = current.AddTurn(next, now);
            reply = changed.ToReply(turn);
            return changed;
        });
        PublishPending();
        if (committed)
        {
            Agent.CountTurn();
        }

        return reply!;
    }
}
