using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using Archer.Grains.Conversations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Streams;

namespace Archer.Grains.Replay;

/// <summary>
/// One silo's way onto the stream: what its conversations finish within <see cref="ConversationOptions.PublishInterval"/> goes as one event per shard, and one
/// call acknowledges it. It keeps nothing durable; what it loses is sent again by the conversations' outboxes.
/// </summary>
internal sealed partial class TransitionPublisher : ITransitionObserver, IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<Pending>[] _shards = [.. Enumerable.Range(0, TransitionStream.Shards).Select(_ => new List<Pending>())];
    private readonly ConcurrentDictionary<long, ImmutableArray<Pending>> _sent = new();
    private readonly Queue<(long Number, long At)> _order = new();
    private readonly IServiceProvider _services;
    private readonly IOptions<ConversationOptions> _options;
    private readonly TimeProvider _time;
    private readonly ILogger<TransitionPublisher> _logger;
    private readonly Lazy<ITransitionObserver> _self;
    private readonly ITimer _timer;
    private long _number;
    private bool _isArmed;

    public TransitionPublisher(
        IServiceProvider services, IGrainFactory grains, IOptions<ConversationOptions> options, TimeProvider time, ILogger<TransitionPublisher> logger)
    {
        (_services, _options, _time, _logger) = (services, options, time, logger);
        _self = new Lazy<ITransitionObserver>(() => grains.CreateObjectReference<ITransitionObserver>(this));
        _timer = time.CreateTimer(_ => Publish(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Takes a conversation's rows; never waits, never fails.</summary>
    public void Send(ConversationTransitions transitions, ITransitionSource source)
    {
        lock (_gate)
        {
            _shards[TransitionStream.IndexOf(transitions.Conversation)].Add(new Pending(transitions, source));
            if (_isArmed)
            {
                return;
            }

            _isArmed = true;
        }

        _timer.Change(_options.Value.PublishInterval, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public Task AcknowledgeAsync(ImmutableArray<BatchAcknowledgement> batches)
    {
        foreach (var batch in batches)
        {
            if (_sent.TryRemove(batch.Number, out var pending))
            {
                Acknowledge(pending, batch.Positions);
            }
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private static void Acknowledge(ImmutableArray<Pending> pending, ImmutableArray<long> positions)
    {
        var first = 0;
        foreach (var (transitions, source) in pending)
        {
            source.Acknowledge(transitions.Rows, positions.Slice(first, transitions.Rows.Length));
            first += transitions.Rows.Length;
        }
    }

    private void Publish()
    {
        var events = new List<(int Shard, ImmutableArray<Pending> Pending)>();
        lock (_gate)
        {
            _isArmed = false;
            for (var shard = 0; shard < _shards.Length; shard++)
            {
                if (_shards[shard].Count > 0)
                {
                    events.Add((shard, [.. _shards[shard]]));
                    _shards[shard].Clear();
                }
            }

            ForgetOld();
        }

        foreach (var (shard, pending) in events)
        {
            _ = PublishAsync(shard, pending);
        }
    }

    /// <summary>An acknowledgement that has not come by now never will: the conversations have sent their rows again.</summary>
    private void ForgetOld()
    {
        while (_order.TryPeek(out var oldest) && _time.GetElapsedTime(oldest.At) > 2 * _options.Value.ResendAfter)
        {
            _order.Dequeue();
            _sent.TryRemove(oldest.Number, out _);
        }
    }

    private async Task PublishAsync(int shard, ImmutableArray<Pending> pending)
    {
        var number = Interlocked.Increment(ref _number);
        try
        {
            _sent[number] = pending;
            lock (_gate)
            {
                _order.Enqueue((number, _time.GetTimestamp()));
            }

            var id = StreamId.Create(TransitionStream.Namespace, shard.ToString(CultureInfo.InvariantCulture));
            var stream = _services.GetRequiredKeyedService<IStreamProvider>(TransitionStream.Provider).GetStream<TransitionBatch>(id);
            await stream.OnNextAsync(new TransitionBatch
            {
                Sender = _self.Value,
                Number = number,
                Conversations = [.. pending.Select(entry => entry.Transitions)],
            });
        }
        catch (Exception exception)
        {
            // Nobody waits for this task; the outboxes send the rows again.
            _sent.TryRemove(number, out _);
            foreach (var (transitions, source) in pending)
            {
                source.Return(transitions.Rows);
            }

            LogPublishFailed(pending.Length, shard, exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Transitions of {Conversations} conversations did not reach shard {Shard} of the stream; they are sent again")]
    private partial void LogPublishFailed(int conversations, int shard, Exception exception);

    private readonly record struct Pending(ConversationTransitions Transitions, ITransitionSource Source);
}
