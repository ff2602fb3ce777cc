using System.Collections.Immutable;
using Archer.Client;
using Archer.Client.Agents;
using Archer.Grains.History;
using Archer.Grains.Policies;
using Archer.Replay;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Storage;

namespace Archer.Grains.Agents;

/// <summary>
/// One agent: the one authority on what serves. It is not on the path of a turn: silos hold copies of its decision and report in batches.
/// A change of version is loaded, then written, then in effect.
/// </summary>
internal sealed partial class AgentGrain(
    [PersistentState("agent", StorageNames.State)] IPersistentState<AgentState> state,
    [PersistentState("statistics", StorageNames.State)] IPersistentState<AgentStatistics> statistics,
    AgentCatalog catalog,
    IPolicyClient policy,
    IReplayStore replay,
    IOptions<AgentOptions> options,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<AgentGrain> logger) : Grain, IAgentGrain
{
    private readonly TurnRate _turns = new(time);
    private AgentDefinition? _definition;
    private AgentState _serving = new();
    private EpisodeWindow _window = new([]);
    private LearnerPace _pace = new(time);
    private bool _dirty;

    private string Name => this.GetPrimaryKeyString();

    private IAgentHistoryGrain History => GrainFactory.GetGrain<IAgentHistoryGrain>(Name);

    private AgentDefinition Definition => _definition ?? throw Unknown();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _definition = catalog.Find(Name);
        if (_definition is null)
        {
            return Task.CompletedTask;
        }

        _serving = state.State;
        _window = new EpisodeWindow([.. statistics.State.Window.Where(episode => _definition.IsReturn(episode.Return))]);
        _pace = new LearnerPace(time) { ExpectLearner = _definition.ExpectLearner };
        if (statistics.State.Learner is { } learner)
        {
            RestoreLearner(learner);
        }

        var period = options.Value.StatisticsPeriod;
        this.RegisterGrainTimer(WriteStatisticsAsync, new GrainTimerCreationOptions(period, period) { Interleave = true });
        if (_serving.Current is not null)
        {
            _check = this.RegisterGrainTimer(CheckServingAsync, new GrainTimerCreationOptions(TimeSpan.Zero, CheckPeriod));
        }

        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await WriteStatisticsAsync(cancellationToken);
        // Once more when that had to read first.
        await WriteStatisticsAsync(cancellationToken);
    }

    public Task<AgentView> ReadAsync() => Task.FromResult(View());

    public async Task<AgentMetrics> GetMetricsAsync(CancellationToken cancellationToken)
    {
        var definition = Definition;
        var rows = await replay.GetStatisticsAsync(Name, cancellationToken);
        var learner = statistics.State.Learner;
        return new AgentMetrics
        {
            Agent = Name,
            Conversations = statistics.State.Conversations,
            MeanReturnLast200 = _window.Mean,
            PolicyVersion = _serving.Current ?? definition.InitialVersion,
            TurnsPerSecond = Math.Round(_turns.PerSecond, 1),
            ReplayRows = rows.Rows,
            CriticLoss = learner?.CriticLoss,
            ActorLoss = learner?.ActorLoss,
            LearnerStep = learner?.Step ?? 0,
            EpisodesConsumed = learner?.EpisodesConsumed ?? 0,
            LearnerLag = _pace.Lag,
            Waiting = Waiting,
            SamplesPerInsert = learner?.SamplesPerInsert,
            FallbackFrom = _serving.Fallback?.From,
        };
    }

    public Task<ImmutableArray<string>> FindVersionsTrainedOnAsync(long firstPosition, long lastPosition) => Task.FromResult(
        _serving.Versions
            .Where(version => version.LastPosition > 0 && version.FirstPosition <= lastPosition && version.LastPosition >= firstPosition)
            .Select(version => version.Version)
            .ToImmutableArray());

    private AgentView View() => new()
    {
        Name = Name,
        Current = _serving.Current ?? Definition.InitialVersion,
        Previous = _serving.Previous,
        Candidate = _serving.Candidate,
        CanaryShare = _serving.CanaryShare,
        Versions = _serving.Versions,
        Definition = Definition,
        Fallback = _serving.Fallback,
    };

    private async Task WriteStatisticsAsync(CancellationToken cancellationToken)
    {
        ForgetSilos();
        if (!_dirty)
        {
            return;
        }

        _dirty = false;
        try
        {
            statistics.State = statistics.State with { Window = _window.ToImmutable() };
            await statistics.WriteStateAsync(cancellationToken);
        }
        catch (InconsistentStateException)
        {
            _dirty = true;
            await MergeStatisticsAsync(cancellationToken);
        }
        catch (Exception exception)
        {
            // Numbers only: serving goes on, and the next tick tries again.
            _dirty = true;
            LogStatisticsFailed(Name, exception);
        }
    }

    /// <summary>
    /// Storage has numbers that this activation has not seen stored: its own of a write that failed after the fact, or those of an activation that did
    /// not know that it was over. What is in both counts once.
    /// </summary>
    private async Task MergeStatisticsAsync(CancellationToken cancellationToken)
    {
        try
        {
            var mine = statistics.State;
            await statistics.ReadStateAsync(cancellationToken);
            var (stored, window) = (statistics.State, new EpisodeWindow(statistics.State.Window));
            var added = _window.ToImmutable().Count(window.TryAdd);
            _window = window;
            statistics.State = stored with
            {
                // The window is short: after a long outage it holds fewer than have ended.
                Conversations = Math.Max(stored.Conversations + added, mine.Conversations),
                Learner = mine.Learner ?? stored.Learner,
                LearnerAt = mine.Learner is null ? stored.LearnerAt : mine.LearnerAt,
            };
        }
        catch (Exception exception)
        {
            LogStatisticsFailed(Name, exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The numbers of agent {Agent} could not be written; trying again")]
    private partial void LogStatisticsFailed(string agent, Exception exception);

    /// <summary>An activation under a wrong name goes away after its answer; one that left while it activates would answer nobody.</summary>
    private AgentNotFoundException Unknown()
    {
        DeactivateOnIdle();
        return new AgentNotFoundException($"There is no agent {Name}. Agents are: {string.Join(", ", catalog.Names)}.");
    }
}
