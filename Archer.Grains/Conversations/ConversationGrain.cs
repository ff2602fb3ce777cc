using Archer.Client;
using Archer.Client.Conversations;
using Archer.Grains.Agents;
using Archer.Grains.Agents.Local;
using Archer.Grains.Policies;
using Archer.Grains.Replay;
using Archer.Grains.Storage;
using Archer.Grains.Users;
using Archer.Replay;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Placement;

namespace Archer.Grains.Conversations;

/// <summary>
/// One conversation. A change is a pure step from one state to the next (<see cref="ConversationSteps"/>), written before anybody sees it.
/// Calls that interleave (reads, acknowledgements, pieces of a stream) only ever see the last written state.
/// It lives in the silo that takes its first request: users' connections spread over silos already, and a later request of the same connection finds it there.
/// </summary>
[PreferLocalPlacement, CollectionAgeLimit(Minutes = 5)]
internal sealed partial class ConversationGrain(
    [PersistentState("conversation", StorageNames.State)] IPersistentState<ConversationState> state,
    IPolicyClient policy,
    IReplayStore replay,
    LocalAgents agents,
    TransitionPublisher publisher,
    IStateCleaning cleaning,
    ITaskRules tasks,
    IOptions<ConversationOptions> options,
    IOptions<PolicyClientOptions> policyOptions,
    TimeProvider time,
    ILogger<ConversationGrain> logger) : Grain, IConversationGrain
{
    private readonly CommitGate _commits = new();
    private readonly ConversationOutbox _outbox = new(time);
    private ConversationState _current = new();
    private bool _lost;
    private bool _watched;
    private bool _isDelivered;
    private IGrainTimer? _repair;

    private string Id => this.GetPrimaryKeyString();

    private LocalAgent Agent => agents.Find(_current.Request!.Agent);

    private IConversationWatchGrain Watch => GrainFactory.GetGrain<IConversationWatchGrain>(TransitionStream.ShardOf(Id));

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _current = state.State;
        _reported = _current.Reported;
        if (_current.IsOpen)
        {
            PublishPending();
            RepairWatch(TimeSpan.Zero);
            // The agent's list of conversations is written less often than this state: a crash may have lost the start.
            Agent.Started(_current.ToView().ToSummary());
        }
        else if (_current.Erasing is not null)
        {
            RepairWatch(TimeSpan.Zero);
        }

        // The end was the last write: whether its rows and its return have arrived is known to the watch alone.
        return _current.End is not null ? Watch.LookAtAsync(Id) : Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_current.IsOpen && !_lost)
        {
            await CommitAsync(Settle);
        }
        else if ((_lost || NeedsWatch) && reason.ReasonCode != DeactivationReasonCode.ShuttingDown)
        {
            // What this activation can send no more, or does not know, the next one finds out. After a silo's stop every conversation is looked at.
            await Watch.LookAtAsync(Id);
        }
    }

    public async Task<ConversationView> StartAsync(StartConversation request, CancellationToken cancellationToken)
    {
        request = request with { Id = Id };
        RefuseStartWhileExpiring();
        if (_current.Request is { } existing)
        {
            await WatchAsync();
            return existing == request ? _current.ToView() : throw new ConflictException(
                $"Conversation {Id} was started before with other settings: choose another id, or send the same settings.");
        }

        if (_current.Erasing is not null || _current.Erasure is not null)
        {
            throw new ConflictException($"Conversation {Id} was erased and cannot start again: choose another id.");
        }

        var admission = new AdmissionRequest { Conversation = Id, Simulated = request.Simulated, Split = request.Split };
        var agent = agents.Find(request.Agent);
        var admitted = await agent.AdmitAsync(admission, SplitKeyOf(request), cancellationToken);
        try
        {
            await RememberUserAsync(request);
            var watching = WatchAsync(admitted.Definition.IdleTimeoutSeconds);
            await Task.WhenAll(watching, CommitAsync(_ => Begin(request, admitted)));
        }
        catch
        {
            if (_current.Request is null)
            {
                agent.Release(admission);
            }

            RepairWatch(options.Value.ResendAfter);
            throw;
        }

        var view = _current.ToView();
        agent.Started(view.ToSummary());
        return view;
    }

    public Task<ConversationView> ReadAsync(CancellationToken cancellationToken)
    {
        RequireStarted();
        RequireKept();
        return Task.FromResult(_current.ToView());
    }

    public async Task<RewardReceipt> RewardAsync(RewardReport report, CancellationToken cancellationToken)
    {
        RequireStarted();
        if (report.Key is not null && _current.AppliedRewards.FirstOrDefault(applied => applied.Key == report.Key) is { Key: not null } known)
        {
            return Repeat(report, known);
        }

        _current.RequireReward(report.Reward);
        var turn = report.Turn ?? (_current.Turns.Length - 1);
        if (turn < 0 || turn >= _current.Turns.Length)
        {
            throw new InvalidRequestException($"turn: conversation {Id} has {_current.Turns.Length} turns, there is no turn {turn}");
        }

        await CommitWatchedAsync(current => current.SetReward(turn, report));
        PublishPending();
        return new RewardReceipt { Conversation = Id, Turn = turn, Reward = report.Reward, Revision = _current.Turns[turn].Revision };
    }

    public async Task<ConversationView> EndAsync(EndConversation request, CancellationToken cancellationToken)
    {
        RequireStarted();
        if (_current.IsEndedBy(request))
        {
            return _current.ToView();
        }

        RequireOpen();
        _current.RequireReward(request.Reward);
        await WatchAsync();
        var end = new EndState
        {
            Outcome = request.Outcome,
            Reason = EndReason.Client,
            At = time.GetUtcNow(),
            Text = request.Text,
            Key = request.Key,
            Reward = request.Reward,
        };
        await EndAsync(end);
        return _current.ToView();
    }

    /// <summary>A real user's conversations are all in one part: what was learned from a user is not measured on the same user.</summary>
    private string SplitKeyOf(StartConversation request) => request.User.Length == 0 || request.Simulated ? Id : UserKey.Of(request.Tenant, request.User);

    /// <summary>Before the conversation exists, so that none of a user's conversations is ever missing from the list.</summary>
    private Task RememberUserAsync(StartConversation request) => request.User.Length == 0 || request.Simulated
        ? Task.CompletedTask
        : GrainFactory.GetGrain<IUserGrain>(UserKey.Of(request.Tenant, request.User)).AddAsync(Id, request.Agent);

    private ConversationState Begin(StartConversation request, Admission admitted)
    {
        var now = time.GetUtcNow();
        var agent = admitted.Definition;
        return new ConversationState
        {
            Request = request,
            StartedAt = now,
            LastActivityAt = now,
            Terms = new ConversationTerms
            {
                SystemPrompt = agent.SystemPrompt,
                Sampling = request.Sampling?.ApplyTo(agent.Sampling) ?? agent.Sampling,
                Split = admitted.Split,
                TurnLimit = agent.TurnLimit,
                IdleTimeoutSeconds = agent.IdleTimeoutSeconds,
                DefaultReward = agent.DefaultReward,
                Seed = agent.Seed,
                Task = agent.Task,
                MinimumReward = agent.MinimumReward,
                MaximumReward = agent.MaximumReward,
            },
        };
    }

    private RewardReceipt Repeat(RewardReport report, AppliedReward known) =>
        known.Reward == report.Reward && (report.Turn is { } turn ? turn == known.Turn : known.IsLatest)
            ? new RewardReceipt { Conversation = Id, Turn = known.Turn, Reward = known.Reward, Revision = known.Revision }
            : throw new ConflictException($"Key {report.Key} of conversation {Id} was used for reward {known.Reward} of turn {known.Turn}.");

    private void RequireStarted()
    {
        if (_current.Request is null)
        {
            DeactivateOnIdle();
            throw new ConversationNotFoundException($"There is no conversation {Id}.");
        }
    }

    private void RequireOpen()
    {
        if (_current.End is { } end)
        {
            throw new ConversationEndedException(
                $"Conversation {Id} ended at {end.At:O} ({end.Outcome.ToString().ToLowerInvariant()}): start another one.");
        }
    }

    private async Task WatchAsync(int? idleTimeoutSeconds = null)
    {
        if (_watched)
        {
            return;
        }

        try
        {
            var isNew = await Watch.AddAsync(Id, time.GetUtcNow() + TimeSpan.FromSeconds(idleTimeoutSeconds ?? _current.Terms.IdleTimeoutSeconds));
            _watched = true;
            if (isNew && _current.End is not null)
            {
                // It had left the list: all that it owed at its end has arrived.
                _reported = true;
                _isDelivered = true;
                _outbox.AcknowledgeAll(_current);
            }
        }
        catch (Exception exception) when (exception is not (ArcherException or OperationCanceledException))
        {
            throw new StorageUnavailableException(
                $"Conversation {Id} could not be put on the list of those that are looked after: send the same request again.",
                options.Value.StorageRetryAfter,
                exception);
        }
    }

    /// <summary>
    /// What is to be looked after is on the list whatever failed before: at the start the state may have been stored and the list not, and whoever
    /// started it may never come back.
    /// </summary>
    private void RepairWatch(TimeSpan after)
    {
        if (NeedsWatch && !_watched)
        {
            _repair ??= this.RegisterGrainTimer(
                RepairWatchAsync, new GrainTimerCreationOptions(after, options.Value.ResendAfter) { Interleave = true, KeepAlive = true });
        }
    }

    private async Task RepairWatchAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (NeedsWatch)
            {
                await WatchAsync();
            }

            _repair?.Dispose();
            _repair = null;
        }
        catch (StorageUnavailableException)
        {
            // The next tick tries again; the list tells its failures itself.
        }
    }

    /// <summary>A change of a conversation that may have left the watch: it cannot leave between being listed and being written.</summary>
    private async Task CommitWatchedAsync(Func<ConversationState, ConversationState> change)
    {
        _watchHolds++;
        try
        {
            await WatchAsync();
            await CommitAsync(change);
        }
        finally
        {
            _watchHolds--;
        }
    }

    private async Task CommitAsync(Func<ConversationState, ConversationState> change)
    {
        using var turn = await _commits.EnterAsync();
        var next = change(_current);
        if (ReferenceEquals(next, _current))
        {
            return;
        }

        next = Settle(next);
        await WriteAsync(next);
        _current = next;
    }

    /// <summary>What was learned since the last write and is worth none of its own.</summary>
    private ConversationState Settle(ConversationState next)
    {
        next = _outbox.Settle(next);
        return _reported && next is { End: not null, Reported: false } ? next with { Reported = true } : next;
    }

    private async Task WriteAsync(ConversationState next)
    {
        using var span = ConversationTracing.StartCommit(Id);
        try
        {
            ObjectDisposedException.ThrowIf(_lost, this);
            state.State = next;
            await state.WriteStateAsync();
        }
        catch (Exception exception)
        {
            // Whether it was written is not known: this activation ends, the next one reads what is there.
            _lost = true;
            DeactivateOnIdle();
            LogWriteFailed(Id, exception);
            throw new StorageUnavailableException(
                $"The state of conversation {Id} could not be written: send the same request again.", options.Value.StorageRetryAfter, exception);
        }
    }
}
