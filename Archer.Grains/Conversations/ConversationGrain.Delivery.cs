using Archer.Client.Conversations;
using Archer.Client.Episodes;
using Archer.Client.Replay;
using Microsoft.Extensions.Logging;

namespace Archer.Grains.Conversations;

/// <content>Finished transitions on their way to the replay buffer, and the end of the conversation.</content>
internal sealed partial class ConversationGrain
{
    private IGrainTimer? _resend;
    private bool _counted;
    private bool _reported;
    private int _streams;
    private int _watchHolds;

    public Task AcknowledgeAsync(TransitionAcknowledgement acknowledgement)
    {
        _outbox.Acknowledge(acknowledgement.Keys, acknowledgement.Positions);
        return ReleaseWatchAsync();
    }

    public async Task<DateTimeOffset?> CheckAsync()
    {
        if (_current.Erasing is { } pending)
        {
            await FinishErasureAsync(pending, CancellationToken.None);
        }

        if (_current.Request is null)
        {
            _watched = false;
            return null;
        }

        var idleAt = _current.LastActivityAt + TimeSpan.FromSeconds(_current.Terms.IdleTimeoutSeconds);
        if (_current.IsOpen && idleAt <= time.GetUtcNow())
        {
            await EndAsync(new EndState { Outcome = ConversationOutcome.Truncated, Reason = EndReason.Idle, At = time.GetUtcNow() }, reward: null);
        }

        if (_current.IsOpen && _outbox.IsDrained(_current))
        {
            return idleAt;
        }

        PublishPending();
        if (_current.End is not null && !_reported)
        {
            await ReportAsync();
        }

        if (NeedsWatch)
        {
            return time.GetUtcNow() + options.Value.ResendAfter;
        }

        _watched = false;
        return null;
    }

    /// <summary>A change that is about to be written counts as one that was: what a crash leaves of it is looked after too.</summary>
    private bool NeedsWatch => _current.IsOpen || !_outbox.IsDrained(_current) || (_current.End is not null && !_reported)
        || _current.Erasing is not null || _watchHolds > 0;

    private async Task EndAsync(EndState end, float? reward)
    {
        await CommitAsync(current => current.IsOpen ? current.EndWith(end, reward) : current);
        PublishPending();
        _ = ReportAsync();
    }

    /// <summary>Sends what is due; never waits, never fails: what does not arrive is sent again.</summary>
    private void PublishPending()
    {
        if (_current.Request is null)
        {
            return;
        }

        if (_outbox.TakeBatch(_current, options.Value.ResendAfter) is { } batch)
        {
            _ = PublishAsync(batch);
        }

        if (!_outbox.IsDrained(_current))
        {
            var after = options.Value.ResendAfter;
            _resend ??= this.RegisterGrainTimer(ResendAsync, new GrainTimerCreationOptions(after, after) { Interleave = true });
        }
    }

    private Task ResendAsync(CancellationToken cancellationToken)
    {
        PublishPending();
        if (_outbox.IsDrained(_current))
        {
            _resend?.Dispose();
            _resend = null;
        }

        return Task.CompletedTask;
    }

    private async Task PublishAsync(TransitionBatch batch)
    {
        try
        {
            var id = StreamId.Create(TransitionStream.Namespace, TransitionStream.ShardOf(Id));
            await this.GetStreamProvider(TransitionStream.Provider).GetStream<TransitionBatch>(id).OnNextAsync(batch);
        }
        catch (Exception exception)
        {
            // Nobody waits for this task; the resend timer takes the batch up again.
            _outbox.Return(batch);
            LogPublishFailed(Id, batch.Rows.Length, exception);
        }
    }

    private async Task ReportAsync()
    {
        try
        {
            var summary = new EpisodeSummary
            {
                Conversation = Id,
                Turns = _current.Turns.Length,
                Return = _current.Return,
                Train = _current.Terms.Split == ReplaySplit.Train,
            };
            var (history, ended) = (History, _current.ToEnded());
            if (!_counted)
            {
                await Agent.ReportEpisodeAsync(summary);
                _counted = true;
            }

            if (_current.End is null)
            {
                // It is being erased: nothing may name it any more.
                return;
            }

            await history.EndedAsync(ended);
            _reported = true;
            await ReleaseWatchAsync();
        }
        catch (Exception exception)
        {
            // Nobody waits for this task; the watch asks again.
            LogReportFailed(Id, exception);
        }
    }

    /// <summary>A conversation that nothing more is to be done for leaves the watch and, when no reply streams any more, memory: reading it brings it back.</summary>
    private Task ReleaseWatchAsync()
    {
        if (NeedsWatch)
        {
            return Task.CompletedTask;
        }

        if (_streams == 0)
        {
            DeactivateOnIdle();
        }

        if (!_watched)
        {
            return Task.CompletedTask;
        }

        _watched = false;
        return Watch.RemoveAsync(Id);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The state of conversation {Conversation} could not be written")]
    private partial void LogWriteFailed(string conversation, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Rows} transitions of conversation {Conversation} did not reach the stream; they are sent again")]
    private partial void LogPublishFailed(string conversation, int rows, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The end of conversation {Conversation} did not reach its agent; it is sent again")]
    private partial void LogReportFailed(string conversation, Exception exception);
}
