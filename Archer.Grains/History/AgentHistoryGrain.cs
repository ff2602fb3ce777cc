using System.Collections.Immutable;
using Archer.Client;
using Archer.Client.Agents;
using Archer.Client.Conversations;
using Archer.Client.History;
using Archer.Grains.Agents;
using Archer.Grains.Conversations;
using Archer.Grains.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Storage;

namespace Archer.Grains.History;

/// <summary>One agent's history in memory, written every few seconds. Nothing in it blocks: whoever waits, waits beside the others.</summary>
[Reentrant]
internal sealed partial class AgentHistoryGrain(
    [PersistentState("history", StorageNames.State)] IPersistentState<AgentHistoryState> state,
    AgentCatalog catalog,
    ITaskRules tasks,
    IOptions<AgentOptions> options,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<AgentHistoryGrain> logger) : Grain, IAgentHistoryGrain
{
    private const int MaxVersions = 256;
    private const int MaxForgotten = 256;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private readonly EventRing _events = new(time.GetUtcNow().UtcTicks);
    private readonly Queue<string> _forgotten = new();
    private TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private AgentHistoryState _numbers = new();
    private RecentConversations _recent = new([]);
    private ThinnedSeries<EpisodePoint> _episodes = NewEpisodes([]);
    private ThinnedSeries<LearnerPoint> _learner = NewLearner([]);
    private ThinnedSeries<LoadPoint> _load = NewLoad([]);
    private CalibrationWindow _calibration = new([]);
    private CoalescingWriter? _writer;
    private AgentMetrics? _metrics;
    private long _writtenAt;
    private bool _dirty;

    private string Name => this.GetPrimaryKeyString();

    /// <summary>An agent that was removed from the settings has the usual bounds.</summary>
    private AgentDefinition Definition => catalog.Find(Name) ?? new AgentDefinition { Name = Name };

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _writer = new CoalescingWriter(WriteAsync);
        _writtenAt = time.GetTimestamp();
        _numbers = HistoryPoints.WithoutImpossible(state.State, Definition);
        _recent = new RecentConversations(_numbers.Recent);
        _episodes = NewEpisodes(_numbers.Episodes);
        _learner = NewLearner(_numbers.Learner);
        _load = NewLoad(_numbers.Load);
        _calibration = new CalibrationWindow(_numbers.Calibration);
        _ = CheckOpenAsync();
        var period = options.Value.MetricsPeriod;
        this.RegisterGrainTimer(TickAsync, new GrainTimerCreationOptions(period, period) { Interleave = true });
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        _dirty ? _writer!.WriteAsync() : Task.CompletedTask;

    public Task ReportAsync(HistoryReport report)
    {
        foreach (var conversation in report.Started)
        {
            AddStarted(conversation);
        }

        foreach (var conversation in report.Ended)
        {
            AddEnded(conversation);
        }

        return Task.CompletedTask;
    }

    public Task ForgetAsync(string conversation)
    {
        _forgotten.Enqueue(conversation);
        if (_forgotten.Count > MaxForgotten)
        {
            _forgotten.Dequeue();
        }

        if (!_recent.Remove(conversation))
        {
            return Task.CompletedTask;
        }

        _events.Clear();
        Announce();
        return _writer!.WriteAsync();
    }

    public Task ServesAsync(ServedVersion version)
    {
        var served = version with { Conversations = _numbers.Conversations };
        _numbers = _numbers with { Versions = [.. _numbers.Versions.TakeLast(MaxVersions - 1), served] };
        Publish(id => new AgentEvent { Id = id, Type = AgentEventType.Version, Version = served });
        return Task.CompletedTask;
    }

    public Task LearnedAsync(LearnerReport report)
    {
        foreach (var (conversation, times) in report.Replayed)
        {
            _recent.CountReplays(conversation, times);
        }

        var (isNew, hasLosses) = (_numbers.LearnerRun != report.Run, (report.CriticLoss ?? report.ActorLoss) is not null);
        if (isNew)
        {
            // It goes on from an earlier state: what came after that is learned again.
            _learner.RemoveNewest(point => point.Step > report.Step || (hasLosses && point.Step == report.Step));
        }

        var iterated = hasLosses && (isNew || report.Step > _numbers.LearnerStep);
        _numbers = _numbers with
        {
            Discount = report.Discount ?? _numbers.Discount,
            Lambda = report.AdvantageLambda ?? _numbers.Lambda,
            LearnerStep = report.Step,
            LearnerRun = report.Run,
            ReplaysKnown = _numbers.ReplaysKnown || !report.Replayed.IsEmpty,
        };
        _dirty = true;
        if (iterated)
        {
            var point = new LearnerPoint { Step = report.Step, Count = 1, At = time.GetUtcNow(), CriticLoss = report.CriticLoss, ActorLoss = report.ActorLoss };
            _learner.Add(point);
            Publish(id => new AgentEvent { Id = id, Type = AgentEventType.Learner, Learner = point });
        }

        return Task.CompletedTask;
    }

    public Task<ConversationPage> ListAsync(ConversationQuery query)
    {
        DropExpired();
        return Task.FromResult(_recent.List(query));
    }

    public Task<ConversationLearning> DescribeAsync(string conversation) => Task.FromResult(new ConversationLearning(
        _numbers.Discount, _numbers.Lambda, _numbers.ReplaysKnown ? _recent.Find(conversation)?.Replays : null));

    public Task<AgentHistory> ReadAsync() => Task.FromResult(new AgentHistory
    {
        Agent = Name,
        EventId = _events.Last,
        Episodes = _episodes.ToImmutable(),
        Learner = _learner.ToImmutable(),
        Load = _load.ToImmutable(),
        Versions = _numbers.Versions,
        Calibration = _calibration.Summarize(),
        Discount = _numbers.Discount,
    });

    public async Task<AgentEventPage> WaitAsync(string? after, CancellationToken cancellationToken)
    {
        after ??= _events.Last;
        var events = _events.After(after);
        if (events.IsEmpty)
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
            try
            {
                await _arrived.Task.WaitAsync(Patience, time, ended.Token);
            }
            catch (Exception exception) when (exception is TimeoutException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                return new AgentEventPage([], after);
            }

            events = _events.After(after);
        }

        return new AgentEventPage(events, events.IsEmpty ? after : events[^1].Id);
    }

    private void AddStarted(ConversationSummary conversation)
    {
        if (!_forgotten.Contains(conversation.Id) && _recent.Find(conversation.Id) is null && _recent.Reaches(conversation))
        {
            _recent.Put(conversation);
            _dirty = true;
            if (!conversation.Simulated)
            {
                Publish(id => new AgentEvent { Id = id, Type = AgentEventType.Conversation, Conversation = conversation });
            }
        }
    }

    private void AddEnded(EndedConversation conversation)
    {
        var summary = conversation.Summary;
        if (_forgotten.Contains(summary.Id) || _recent.Find(summary.Id)?.Summary.Status == ConversationStatus.Ended)
        {
            return;
        }

        _recent.Put(summary);
        if (summary is { Split: ReplaySplit.Train, Turns: > 0 } && Definition.IsReturn(summary.Return ?? 0))
        {
            AddEpisode(conversation);
        }

        Publish(id => new AgentEvent { Id = id, Type = AgentEventType.Conversation, Conversation = summary });
    }

    private static ThinnedSeries<EpisodePoint> NewEpisodes(ImmutableArray<EpisodePoint> points) => new(points, point => point.Count, HistoryPoints.Join);

    private static ThinnedSeries<LearnerPoint> NewLearner(ImmutableArray<LearnerPoint> points) => new(points, point => point.Count, HistoryPoints.Join);

    private static ThinnedSeries<LoadPoint> NewLoad(ImmutableArray<LoadPoint> points) => new(points, point => point.Count, HistoryPoints.Join);

    private void AddEpisode(EndedConversation conversation)
    {
        var summary = conversation.Summary;
        _numbers = _numbers with { Conversations = _numbers.Conversations + 1 };
        _episodes.Add(new EpisodePoint
        {
            First = _numbers.Conversations,
            Count = 1,
            At = summary.EndedAt ?? time.GetUtcNow(),
            Return = summary.Return ?? 0,
            Turns = summary.Turns ?? 0,
            Version = summary.PolicyVersions.LastOrDefault() ?? "",
            Kinds = conversation.Kinds,
        });
        var isPossible = conversation.Values.All(value => value is null || Definition.IsReturn(value.Value));
        if (isPossible && summary.Outcome == ConversationOutcome.Terminated && summary.Turns == conversation.Rewards.Length)
        {
            _calibration.Add(conversation.Rewards.AsSpan(), conversation.Values.AsSpan(), _numbers.Discount ?? 1);
        }
    }

    private void Publish(Func<string, AgentEvent> make)
    {
        _events.Add(make);
        _dirty = true;
        Announce();
    }

    private void Announce()
    {
        var arrived = _arrived;
        _arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        arrived.SetResult();
    }

    /// <summary>An agent that was removed from the settings has no numbers any more; its conversations may still end.</summary>
    private async Task TickAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (catalog.Find(Name) is not null)
            {
                await ObserveAsync(cancellationToken);
            }

            if (_dirty && time.GetElapsedTime(_writtenAt) >= options.Value.HistoryPeriod)
            {
                await _writer!.WriteAsync();
            }
        }
        catch (Exception exception)
        {
            // For display only: serving goes on, and the next tick tries again.
            LogTickFailed(Name, exception);
        }
    }

    /// <summary>A second in which nothing happened is no observation, but the first of them brings the rate to 0.</summary>
    private async Task ObserveAsync(CancellationToken cancellationToken)
    {
        var metrics = await GrainFactory.GetGrain<IAgentGrain>(Name).GetMetricsAsync(cancellationToken);
        if (metrics == _metrics)
        {
            return;
        }

        var quiet = metrics.TurnsPerSecond == 0 && (_metrics?.TurnsPerSecond ?? 0) == 0;
        _metrics = metrics;
        if (!quiet)
        {
            _load.Add(new LoadPoint { At = time.GetUtcNow(), Count = 1, TurnsPerSecond = metrics.TurnsPerSecond, ReplayRows = metrics.ReplayRows });
        }

        Publish(id => new AgentEvent { Id = id, Type = AgentEventType.Metrics, Metrics = metrics });
    }

    private async Task WriteAsync()
    {
        (_dirty, _writtenAt) = (false, time.GetTimestamp());
        state.State = _numbers with
        {
            Recent = _recent.ToImmutable(),
            Episodes = _episodes.ToImmutable(),
            Learner = _learner.ToImmutable(),
            Load = _load.ToImmutable(),
            Calibration = _calibration.ToImmutable(),
        };
        try
        {
            await state.WriteStateAsync();
        }
        catch (InconsistentStateException)
        {
            // Another activation writes the history: this one ends, and the next call finds the other.
            DeactivateOnIdle();
            throw;
        }
        catch
        {
            _dirty = true;
            throw;
        }
    }

    /// <summary>A crash may have lost the ends of conversations that were open when the list was written.</summary>
    private async Task CheckOpenAsync()
    {
        foreach (var entry in _numbers.Recent.Where(entry => entry.Summary.Status == ConversationStatus.Open))
        {
            try
            {
                var view = await GrainFactory.GetGrain<IConversationGrain>(entry.Summary.Id).ReadAsync();
                if (view.Status == ConversationStatus.Ended)
                {
                    AddEnded(view.ToEnded(tasks, catalog.Find(Name)?.Task));
                }
            }
            catch (ConversationNotFoundException)
            {
                _dirty |= _recent.Remove(entry.Summary.Id);
            }
            catch (SiloUnavailableException)
            {
                // This silo stops: the next activation looks again.
                return;
            }
            catch (Exception exception)
            {
                LogCheckFailed(entry.Summary.Id, exception);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The history of agent {Agent} could not be brought up to date; trying again")]
    private partial void LogTickFailed(string agent, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Conversation {Conversation} of the list could not be read: it stays as it was")]
    private partial void LogCheckFailed(string conversation, Exception exception);
}
