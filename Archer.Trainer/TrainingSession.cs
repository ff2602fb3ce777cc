using System.Collections.Immutable;
using System.Diagnostics;
using Archer.Client;
using Archer.Client.Agents;
using Archer.Policy.Checkpoints;
using Archer.Policy.Generation;
using Archer.Policy.Tensors;
using Archer.Policy.Text;
using Archer.Replay;
using Archer.Trainer.Episodes;
using Archer.Trainer.Learning;
using Archer.Trainer.Publication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Archer.Trainer;

/// <summary>
/// One agent's training: takes finished episodes from the replay log, learns, publishes, saves its state, reports. Opened again on the same directories it
/// goes on where it was, to the bit.
/// </summary>
public sealed class TrainingSession : IDisposable
{
    private const int MaxReplayed = 1_000;

    /// <summary>Time between two looks for a later trainer while there is nothing to learn from.</summary>
    private static readonly TimeSpan ClaimPeriod = TimeSpan.FromSeconds(10);
    private readonly TrainerOptions _options;
    private readonly ITensorBackend _backend;
    private readonly LearnerThread _thread = new();
    private readonly PolicyCheckpoint _start;
    private readonly CheckpointStore _states;
    private readonly EpisodeFeed _feed;
    private readonly CheckpointPublisher _publisher;
    private readonly TrainingLedger _ledger;
    private readonly PublicationGate _gate;
    private readonly TrainingLog _log;
    private readonly int _speakable;
    private readonly IAgentLink _link;
    private readonly CheckpointStore _policies;
    private readonly TimeProvider _time;
    private readonly string _run;
    private readonly long _epoch;
    private string? _published;
    private long _savedStep = -1;

    private TrainingSession(
        TrainerOptions options,
        TrainerClaim claim,
        ITensorBackend backend,
        PolicyCheckpoint start,
        IReplayStore replay,
        IAgentLink link,
        TimeProvider time,
        TrainingLog log)
    {
        _options = options;
        _backend = backend;
        _start = start;
        _link = link;
        _time = time;
        (_run, _epoch, _policies, _states) = (claim.Run, claim.Epoch, claim.Policies, claim.States);
        _ledger = TrainingLedger.Open(_states, out var damage);
        Damage = damage;
        _gate = new PublicationGate(options, _ledger);
        _log = log;
        var buffer = new EpisodeBuffer(options.Learner.ReplayEpisodes, Intake());
        _feed = new EpisodeFeed(replay, options.Agent, "trainer", buffer);
        var mask = GenerationMask.ForChat(start.Tokenizer, start.Actor.Config.VocabularySize);
        _speakable = start.Actor.Config.VocabularySize - mask.Banned.Length;
        Learner = new Learner(backend, start.Actor, mask, buffer, options.Learner);
        _publisher = new CheckpointPublisher(_policies, start.Tokenizer, link, time, _epoch, options.KeepVersions);
    }

    /// <summary>What was wrong with the newest saved state, when an older one had to do, or with the ledger beside it; null otherwise.</summary>
    public string? Damage { get; private set; }

    /// <summary>The learner; not to be touched while an iteration runs.</summary>
    public Learner Learner { get; }

    /// <summary>Opens the training of an agent: from the state saved last, or from the version that the agent serves.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="replay">The replay store.</param>
    /// <param name="link">The silo.</param>
    /// <param name="time">Clock.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    /// <param name="tenure">Of the process, which opens one session after the other; null takes over from whoever trains.</param>
    /// <param name="logger">Log; null for none.</param>
    /// <exception cref="ArgumentException">The options are not usable; all problems are listed.</exception>
    /// <exception cref="CheckpointException">A checkpoint is missing or damaged.</exception>
    /// <exception cref="TrainerSupersededException">A later trainer has started meanwhile.</exception>
    /// <exception cref="NotSupportedException">The options name a device that is not there.</exception>
    public static async Task<TrainingSession> OpenAsync(
        TrainerOptions options,
        IReplayStore replay,
        IAgentLink link,
        TimeProvider time,
        CancellationToken cancellationToken,
        TrainerTenure? tenure = null,
        ILogger? logger = null)
    {
        options.Validate();
        tenure ??= new TrainerTenure();
        tenure.Log ??= new TrainingLog(options.Agent, logger ?? NullLogger.Instance, time);
        var claim = await TrainerClaim.MakeAsync(options, link, tenure, time, cancellationToken);
        var agent = await link.ReadAsync(cancellationToken);
        var backend = TensorBackends.On(options.Device, options.Threads);
        var start = PolicyCheckpoint.Load(backend, claim.Policies.Open(agent.Current));
        var session = new TrainingSession(options, claim, backend, start, replay, link, time, tenure.Log);
        await session.GoOnAsync(cancellationToken);
        return session;
    }

    /// <summary>One iteration: waits for enough fresh episodes, learns, publishes, saves, reports.</summary>
    /// <exception cref="TrainerSupersededException">A later trainer has started: nothing of this one is written or served any more.</exception>
    /// <exception cref="LearningFailedException">It failed on some conversations; opened again, training goes on from the saved state.</exception>
    public async Task<IterationReport> IterateAsync(CancellationToken cancellationToken)
    {
        var since = Stopwatch.GetTimestamp();
        var fresh = await TakeAsync(cancellationToken);
        TrainerMetrics.Add(_options.Agent, "wait", since);
        _log.Add(Learner.Buffer.Intake.TakeNotices().Where(Concerns));
        var report = await LearnAsync(fresh);
        _log.Add(report, LearningHealth.Of(fresh, Learner.Buffer.Episodes, _options.Learner.Discount, _speakable));
        since = Stopwatch.GetTimestamp();
        var verdict = _gate.Decide(report);
        _log.Add(report.Step, verdict);
        if (verdict == PublicationVerdict.Publish)
        {
            _published = await _publisher.PublishAsync(Learner, report, cancellationToken);
        }

        since = TrainerMetrics.Add(_options.Agent, "publish", since);
        if (report.Step % _options.SaveEvery == 0)
        {
            Save();
        }

        TrainerMetrics.Add(_options.Agent, "save", since);
        await ReportAsync(report, cancellationToken);
        return report;
    }

    /// <summary>Saves the state, unless that was done since the last iteration.</summary>
    public void Save()
    {
        if (_savedStep == Learner.Step)
        {
            return;
        }

        _states.Write(new CheckpointDraft { Files = LearnerStateFiles.Files(Learner, _published), Step = Learner.Step });
        _states.Prune(2, []);
        _savedStep = Learner.Step;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _thread.Dispose();
        Learner.Dispose();
        _start.Dispose();
        _backend.Dispose();
    }

    private EpisodeIntake Intake() => new()
    {
        Template = new ChatTemplate(_start.Tokenizer),
        Positions = _start.Actor.Config.MaxPositions,
        Vocabulary = _start.Actor.Config.VocabularySize,
        RewardLimit = _options.Learner.RewardLimit,
        IsQuarantined = _ledger.IsQuarantined,
    };

    /// <summary>Imitation weighted by advantage learns from utterances that were sampled in whatever way.</summary>
    private bool Concerns(IntakeNotice notice) =>
        notice.Kind != IntakeNoticeKind.OtherSampling || _options.Learner.Actor.Objective != ActorObjective.AdvantageWeighted;

    private async Task<IterationReport> LearnAsync(IReadOnlyList<Episode> fresh)
    {
        var step = Learner.Step + 1;
        try
        {
            var report = await _thread.RunAsync(() => Learner.Iterate(fresh));
            _ledger.Succeed(step);
            return report;
        }
        catch (LearningFailedException failure)
        {
            var named = new LearningFailedException(failure.Message, failure.Conversations, failure.InnerException) { Quarantined = _ledger.Fail(step, failure.Conversations) };
            _log.Add(named);
            throw named;
        }
    }

    /// <summary>Waits for fresh episodes for as long as no later trainer has started.</summary>
    private async Task<IReadOnlyList<Episode>> TakeAsync(CancellationToken cancellationToken)
    {
        using var superseded = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var taking = _feed.TakeAsync(_options.Learner.EpisodesPerIteration, superseded.Token);
        while (true)
        {
            try
            {
                return await taking.WaitAsync(ClaimPeriod, _time, CancellationToken.None);
            }
            catch (TimeoutException) when (!taking.IsCompleted)
            {
                try
                {
                    _policies.RequireClaim();
                }
                catch (TrainerSupersededException)
                {
                    await superseded.CancelAsync();
                    await taking.ContinueWith(static _ => { }, TaskScheduler.Default);
                    throw;
                }
            }
        }
    }

    private async Task GoOnAsync(CancellationToken cancellationToken)
    {
        if (_states.List() is { Length: > 0 } saved)
        {
            var progress = RestoreNewest([.. saved.Select(state => state.Version)]);
            (_published, _savedStep) = (progress.PublishedVersion, progress.Step);
            _publisher.Continue(_published, progress.Position);
            await _feed.ReplayAsync(progress.Position, cancellationToken);
            // They were told of when they first came.
            Learner.Buffer.Intake.TakeNotices();
            if (Learner.Memory is { } memory)
            {
                Learner.Buffer.Restore(memory);
            }
        }
        else
        {
            _ledger.BeginAnew();
            // Should the first iterations fail, those that follow begin where they began, and not at a version that was published in between.
            Save();
        }
        await ReportAsync(null, cancellationToken);
    }

    /// <summary>The newest saved state that can be read: iterations after it are learned again.</summary>
    private LearnerProgress RestoreNewest(string[] versions)
    {
        for (var newest = versions.Length - 1; ; newest--)
        {
            try
            {
                return LearnerStateFiles.Restore(Learner, _states.Open(versions[newest]));
            }
            catch (Exception exception) when (newest > 0 && exception is CheckpointException or InvalidDataException)
            {
                Damage = $"{versions[newest]}: {exception.Message}";
            }
        }
    }

    /// <summary>A report that the silo refuses is lost, and nothing else: learning it again would give the same one.</summary>
    private async Task ReportAsync(IterationReport? report, CancellationToken cancellationToken)
    {
        try
        {
            await _link.ReportAsync(Describe(report), cancellationToken);
        }
        catch (InvalidRequestException refusal)
        {
            _log.ReportRefused(refusal.Message);
        }
    }

    private LearnerReport Describe(IterationReport? report) => new()
    {
        Run = _run,
        Step = Learner.Step,
        EpisodesConsumed = Learner.EpisodesConsumed,
        MaximumLag = _options.MaximumLagIterations * _options.Learner.EpisodesPerIteration,
        Position = Learner.Position,
        CriticLoss = report?.CriticLoss,
        ActorLoss = report?.ActorLoss,
        SamplesPerInsert = report?.SamplesPerInsert,
        Discount = Math.Round(_options.Learner.Discount, 6),
        AdvantageLambda = Math.Round(_options.Learner.Actor.AdvantageLambda, 6),
        Replayed = report is null ? [] : Replayed(report),
        Epoch = _epoch,
    };

    /// <summary>The newest of the conversations that were drawn: the silo knows no older ones.</summary>
    private ImmutableArray<ReplayedConversation> Replayed(IterationReport report) =>
    [
        .. Learner.Buffer.Episodes.Reverse()
            .Where(episode => report.Replayed.ContainsKey(episode.Conversation))
            .Take(MaxReplayed)
            .Select(episode => new ReplayedConversation(episode.Conversation, report.Replayed[episode.Conversation])),
    ];
}
