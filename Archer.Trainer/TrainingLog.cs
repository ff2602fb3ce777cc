using Archer.Trainer.Episodes;
using Archer.Trainer.Learning;
using Archer.Trainer.Publication;
using Microsoft.Extensions.Logging;

namespace Archer.Trainer;

/// <summary>What training tells the log and the metrics about what it refuses, skips and withholds. A warning that repeats is logged once in a while.</summary>
/// <param name="agent">The agent.</param>
/// <param name="logger">Log.</param>
/// <param name="time">Clock.</param>
internal sealed partial class TrainingLog(string agent, ILogger logger, TimeProvider time)
{
    /// <summary>Time between two warnings of one kind and reason.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    private const int MaxNamed = 16;
    private readonly Dictionary<string, DateTimeOffset> _last = [];
    private bool _otherSamplingTold;

    /// <summary>Tells of the conversations that entered.</summary>
    public void Add(IEnumerable<IntakeNotice> notices)
    {
        foreach (var notice in notices)
        {
            TrainerMetrics.Add(agent, notice);
            switch (notice.Kind)
            {
                case IntakeNoticeKind.Refused when IsDue($"refused {notice.Reason}"):
                    LogRefused(agent, notice.Conversation, notice.Reason);
                    break;
                case IntakeNoticeKind.RewardClipped when IsDue("clipped"):
                    LogClipped(agent, notice.Conversation);
                    break;
                case IntakeNoticeKind.OtherSampling when !_otherSamplingTold:
                    _otherSamplingTold = true;
                    LogOtherSampling(agent, notice.Conversation, notice.Reason);
                    break;
            }
        }
    }

    /// <summary>Tells of an iteration that succeeded, and of what makes learning hopeless.</summary>
    public void Add(IterationReport report, LearningHealth health)
    {
        TrainerMetrics.Add(agent, report);
        if (report.Pause == ActorPause.NoSignal && IsDue("no signal"))
        {
            LogNoSignal(agent, health.Held, report.AdvantageDeviation, health.ReturnDeviation);
        }

        if (health.CutOffShare >= LearningHealth.MaxCutOffShare && IsDue("cut off"))
        {
            LogCutOff(agent, health.CutOffShare);
        }

        if (health.EntropyShare >= LearningHealth.MaxEntropyShare && IsDue("entropy"))
        {
            LogAlmostUniform(agent, health.EntropyShare.Value);
        }
    }

    /// <summary>Tells what was decided about a step's publication.</summary>
    public void Add(long step, PublicationVerdict verdict)
    {
        TrainerMetrics.Add(agent, verdict);
        if (verdict is PublicationVerdict.Divergence or PublicationVerdict.Loss or PublicationVerdict.GradientNorm && IsDue($"withheld {verdict}"))
        {
            LogWithheld(agent, step, verdict);
        }
    }

    /// <summary>Tells of a report that the silo refused.</summary>
    public void ReportRefused(string reason)
    {
        if (IsDue("report"))
        {
            LogReportRefused(agent, reason);
        }
    }

    /// <summary>Tells of an iteration that failed.</summary>
    public void Add(LearningFailedException failure)
    {
        LogIterationFailed(agent, Names(failure.Conversations), failure.InnerException);
        if (failure.Quarantined.Count > 0)
        {
            TrainerMetrics.Quarantine(agent, failure.Quarantined.Count);
            LogQuarantined(agent, failure.Quarantined.Count, string.Join(", ", failure.Quarantined));
        }
    }

    private static string Names(IReadOnlyList<string> conversations) =>
        string.Join(", ", conversations.Take(MaxNamed)) + (conversations.Count > MaxNamed ? $" and {conversations.Count - MaxNamed} more" : "");

    private bool IsDue(string kind)
    {
        var now = time.GetUtcNow();
        if (_last.TryGetValue(kind, out var last) && now - last < Interval)
        {
            return false;
        }

        _last[kind] = now;
        return true;
    }
}
