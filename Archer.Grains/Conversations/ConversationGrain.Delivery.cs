using Archer.Client.Conversations;
using Archer.Grains.Agents;
using Microsoft.Extensions.Logging;

namespace Archer.Grains.Conversations;

/// <content>Finished transitions on their way to the replay buffer, and the end of the conversation.</content>
internal sealed partial class ConversationGrain
{
    private IGrainTimer? _resend;
    private bool _reported;
    private bool _reporting;
    private int _streams;
    private int _watchHolds;

    public async Task<DateTimeOffset?> CheckAsync()
    {
        // Only its watch asks, of the conversations on its list.
        _watched = true;
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
            await EndAsync(new EndState { Outcome = ConversationOutcome.Truncated, Reason = EndReason.Idle, At = time.GetUtcNow() });
        }

        if (_current.IsOpen && _outbox.IsDrained(_current))
        {
            return idleAt;
        }

        PublishPending();
        if (_current.End is not null && !_reported)
        {
            _ = ReportAsync();
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

    private async Task EndAsync(EndState end)
    {
        await CommitAsync(current => current.IsOpen ? current.EndWith(end) : current);
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

        if (_outbox.TakeDue(_current, options.Value.ResendAfter) is { } due)
        {
            publisher.Send(due, Source);
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

    private async Task ReportAsync()
    {
        if (_reporting)
        {
            return;
        }

        _reporting = true;
        try
        {
            var summary = new EpisodeSummary
            {
                Conversation = Id,
                Turns = _current.Turns.Length,
                Return = _current.Return,
                Train = _current.Terms.Split == ReplaySplit.Train,
            };
            await Agent.EndedAsync(summary, _current.ToEnded(tasks));
            if (_current.End is not null)
            {
                _reported = true;
                await ReleaseWatchAsync();
            }
        }
        catch (Exception exception)
        {
            // Nobody waits for this task; the watch asks again.
            LogReportFailed(Id, exception);
        }
        finally
        {
            _reporting = false;
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "The end of conversation {Conversation} did not reach its agent; it is sent again")]
    private partial void LogReportFailed(string conversation, Exception exception);
}
