using Archer.Client.Conversations;
using Archer.Client.Replay;
using Archer.Grains.Conversations;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace Archer.Grains.Replay;

/// <summary>
/// One shard's way into the replay store: what arrives while a write is in flight goes into the next one. It keeps nothing durable;
/// what it loses is sent again, because a conversation waits for the acknowledgement that only follows a durable append.
/// </summary>
[ImplicitStreamSubscription(TransitionStream.Namespace)]
internal sealed partial class ReplayWriterGrain(IReplayStore store, IOptions<ConversationOptions> options, ILogger<ReplayWriterGrain> logger)
    : Grain, IReplayWriterGrain, IStreamSubscriptionObserver, IAsyncObserver<TransitionBatch>
{
    private List<TransitionBatch> _arrived = [];
    private int _rows;
    private Task _flush = Task.CompletedTask;

    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<TransitionBatch>().ResumeAsync(this);

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => _flush.WaitAsync(cancellationToken);

    public Task OnNextAsync(TransitionBatch item, StreamSequenceToken? token = null)
    {
        // One that is larger than the whole capacity comes alone: it would never come otherwise.
        if (_rows > 0 && _rows + item.Rows.Length > options.Value.WriterCapacity)
        {
            LogFull(item.Conversation, _rows);
            return Task.CompletedTask;
        }

        _arrived.Add(item);
        _rows += item.Rows.Length;
        if (_flush.IsCompleted)
        {
            _flush = FlushAsync();
        }

        return Task.CompletedTask;
    }

    public Task OnCompletedAsync() => Task.CompletedTask;

    public Task OnErrorAsync(Exception ex)
    {
        LogStreamFailed(ex);
        return Task.CompletedTask;
    }

    private async Task FlushAsync()
    {
        // The rest of the turn that brought the first batch may bring more.
        await Task.Yield();
        while (_arrived.Count > 0)
        {
            var batches = _arrived;
            (_arrived, _rows) = ([], 0);
            foreach (var agent in batches.GroupBy(batch => batch.Agent))
            {
                await AppendAsync(agent.Key, [.. agent]);
            }
        }
    }

    private async Task AppendAsync(string agent, List<TransitionBatch> batches)
    {
        var rows = batches.SelectMany(batch => batch.Rows).ToList();
        ReplayAppendResult appended;
        try
        {
            appended = await store.AppendAsync(agent, rows);
        }
        catch (Exception exception)
        {
            // Nobody waits for this task; without an acknowledgement the conversations send these rows again.
            LogAppendFailed(agent, batches.Count, exception);
            return;
        }

        foreach (var conversation in rows.Zip(appended.Positions).GroupBy(row => row.First.Key.Conversation))
        {
            var acknowledgement = new TransitionAcknowledgement
            {
                Keys = [.. conversation.Select(row => row.First.Key)],
                Positions = [.. conversation.Select(row => row.Second)],
            };
            _ = AcknowledgeAsync(conversation.Key, acknowledgement);
        }
    }

    private async Task AcknowledgeAsync(string conversation, TransitionAcknowledgement acknowledgement)
    {
        try
        {
            await GrainFactory.GetGrain<IConversationGrain>(conversation).AcknowledgeAsync(acknowledgement);
        }
        catch (Exception exception)
        {
            // The conversation sends the rows again, and the store drops them as duplicates.
            LogAcknowledgeFailed(conversation, exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The replay writer is full with {Rows} rows: transitions of conversation {Conversation} are sent again later")]
    private partial void LogFull(string conversation, int rows);

    [LoggerMessage(Level = LogLevel.Error, Message = "The transition stream failed; conversations send what was lost again")]
    private partial void LogStreamFailed(Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "Appending the transitions of {Batches} batches to the replay buffer of agent {Agent} failed; they are sent again")]
    private partial void LogAppendFailed(string agent, int batches, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Conversation {Conversation} did not get its acknowledgement; it sends its transitions again")]
    private partial void LogAcknowledgeFailed(string conversation, Exception exception);
}
