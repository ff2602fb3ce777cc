using System.Collections.Immutable;
using Archer.Grains.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;

namespace Archer.Grains.Conversations;

/// <summary>
/// The list is durable before a conversation's first answer, and shrinks lazily: a conversation that is listed without need costs one look.
/// Adding is a group commit, so that starts of one shard share writes.
/// </summary>
[Reentrant]
internal sealed partial class ConversationWatchGrain(
    [PersistentState("watch", StorageNames.State)] IPersistentState<WatchState> state,
    IOptions<ConversationOptions> options,
    TimeProvider time,
    ILogger<ConversationWatchGrain> logger) : Grain, IConversationWatchGrain, IRemindable
{
    private const string Reminder = "wake";
    private readonly WatchList _list = new();
    private readonly Queue<string> _due = new();
    private readonly HashSet<string> _gone = [];
    private HashSet<string> _durable = [];
    private HashSet<string>? _writing;
    private CoalescingWriter? _writer;
    private IGrainTimer? _timer;
    private int _checking;
    private bool _shrunk;
    private bool _stopping;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _writer = new CoalescingWriter(WriteAsync);
        _durable = [.. state.State.Conversations];
        foreach (var conversation in state.State.Conversations)
        {
            _list.Add(conversation, time.GetUtcNow());
        }

        // Brings the watch back on another silo when this one dies; after a restart of the process a start-up task is faster.
        if (await this.GetReminder(Reminder, cancellationToken) is null)
        {
            await this.RegisterOrUpdateReminder(Reminder, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1), cancellationToken);
        }

        UpdateTimer();
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _stopping = true;
        if (_shrunk)
        {
            await _writer!.WriteAsync();
        }
    }

    public async Task<bool> AddAsync(string conversation, DateTimeOffset checkAt)
    {
        var isNew = !_list.Contains(conversation);
        _list.Add(conversation, checkAt);
        UpdateTimer();
        if (!_durable.Contains(conversation) || _writing?.Contains(conversation) == false)
        {
            await _writer!.WriteAsync();
        }

        return isNew;
    }

    public Task RemoveAsync(string conversation)
    {
        _shrunk |= _list.Remove(conversation);
        return Task.CompletedTask;
    }

    public Task<int> LookAsync(string? gone)
    {
        if (gone is not null && _gone.Add(gone))
        {
            _list.MakeDue(time.GetUtcNow());
        }

        return Task.FromResult(_list.Count);
    }

    public Task LookAtAsync(string conversation)
    {
        // No sooner than what was just tried is tried again: a write that fails would fail every second.
        _list.MakeDue(conversation, time.GetUtcNow() + options.Value.ResendAfter);
        return Task.CompletedTask;
    }

    public Task ReceiveReminder(string reminderName, TickStatus status) => Task.CompletedTask;

    private async Task WriteAsync()
    {
        var before = state.State;
        _shrunk = false;
        _writing = [.. _list.Conversations];
        state.State = new WatchState { Conversations = [.. _writing] };
        try
        {
            await state.WriteStateAsync();
            _durable = _writing;
        }
        catch
        {
            state.State = before;
            DeactivateOnIdle();
            throw;
        }
        finally
        {
            _writing = null;
        }
    }

    private void UpdateTimer()
    {
        var needed = _list.Count > 0 || _shrunk;
        if (needed && _timer is null)
        {
            var period = options.Value.WatchPeriod;
            _timer = this.RegisterGrainTimer(TickAsync, new GrainTimerCreationOptions(period, period) { Interleave = true, KeepAlive = true });
        }
        else if (!needed && _timer is not null)
        {
            _timer.Dispose();
            _timer = null;
        }
    }

    private async Task TickAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        while (_list.TakeDue(now) is { } conversation)
        {
            _due.Enqueue(conversation);
        }

        StartChecks();
        if (_shrunk)
        {
            await _writer!.WriteAsync();
        }

        UpdateTimer();
    }

    /// <summary>
    /// Nothing of the watch ever waits for a conversation, which may itself be waiting for the watch: a check runs beside the calls,
    /// and a long turn of one conversation holds up neither the others nor the stop of the silo.
    /// </summary>
    private void StartChecks()
    {
        while (!_stopping && _checking < options.Value.WatchConcurrency && _due.TryDequeue(out var conversation))
        {
            // It may have left the list since it became due.
            if (_list.Contains(conversation))
            {
                _checking++;
                _ = CheckAsync(conversation);
            }
        }
    }

    private async Task CheckAsync(string conversation)
    {
        _list.Looking(conversation);
        DateTimeOffset? next;
        try
        {
            next = await GrainFactory.GetGrain<IConversationGrain>(conversation).CheckAsync();
        }
        catch (Exception exception)
        {
            // Any failure of one conversation must leave the others watched; it is looked at again.
            LogCheckFailed(conversation, exception);
            next = time.GetUtcNow() + options.Value.ResendAfter;
        }

        _shrunk |= _list.Looked(conversation, next, time.GetUtcNow() + options.Value.ResendAfter);
        _checking--;
        StartChecks();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Looking after conversation {Conversation} failed; trying again")]
    private partial void LogCheckFailed(string conversation, Exception exception);
}

/// <summary>Conversations on a shard's list.</summary>
[GenerateSerializer, Immutable, Alias("archer.watch-state")]
internal sealed record WatchState
{
    [Id(0)]
    public ImmutableArray<string> Conversations { get; init; } = [];
}
