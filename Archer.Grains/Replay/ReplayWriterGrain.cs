using System.Collections.Immutable;
using Archer.Grains.Conversations;
using Archer.Replay;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace Archer.Grains.Replay;

/// <summary>
/// One shard's way into the replay store: what arrives while a write is in flight goes into the next one. It keeps nothing durable;
/// what it loses is sent again, because a conversation waits for the acknowledgement that only follows a durable append. Acknowledgements go to silos, not to conversations.
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
        var rows = item.RowCount;
        if (_rows > 0 && _rows + rows > options.Value.WriterCapacity)
        {
            LogFull(rows, _rows);
            return Task.CompletedTask;
        }

        _arrived.Add(item);
        _rows += rows;
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
            var written = batches.Select(batch => new WrittenBatch(batch)).ToList();
            foreach (var agent in written.SelectMany(batch => batch.Rows).GroupBy(row => row.Agent))
            {
                await AppendAsync(agent.Key, [.. agent]);
            }

            foreach (var silo in written.GroupBy(batch => batch.Sender))
            {
                _ = AcknowledgeAsync(silo.Key, [.. silo.Select(batch => batch.ToAcknowledgement())]);
            }
        }
    }

    private async Task AppendAsync(string agent, List<WrittenRow> rows)
    {
        try
        {
            var appended = await store.AppendAsync(agent, [.. rows.Select(row => row.Row)]);
            foreach (var (row, position) in rows.Zip(appended.Positions))
            {
                row.Position = position;
            }
        }
        catch (Exception exception)
        {
            // Nobody waits for this task; without an acknowledgement the conversations send these rows again.
            LogAppendFailed(agent, rows.Count, exception);
        }
    }

    private async Task AcknowledgeAsync(ITransitionObserver silo, ImmutableArray<BatchAcknowledgement> batches)
    {
        try
        {
            await silo.AcknowledgeAsync(batches);
        }
        catch (Exception exception)
        {
            // The silo may be gone; its conversations send the rows again from another one, and the store drops them as duplicates.
            LogAcknowledgeFailed(batches.Length, exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The replay writer is full with {Held} rows: {Rows} more are sent again later")]
    private partial void LogFull(int rows, int held);

    [LoggerMessage(Level = LogLevel.Error, Message = "The transition stream failed; conversations send what was lost again")]
    private partial void LogStreamFailed(Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "Appending {Rows} transitions to the replay buffer of agent {Agent} failed; they are sent again")]
    private partial void LogAppendFailed(string agent, int rows, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A silo did not get its acknowledgement of {Batches} batches; their transitions are sent again")]
    private partial void LogAcknowledgeFailed(int batches, Exception exception);
}
