using Archer.Client;
using Archer.Client.Agents;

namespace Archer.Grains.Agents;

/// <content>What the learner tells of itself.</content>
internal sealed partial class AgentGrain
{
    public Task<LearnerReceipt> ReportLearnerAsync(LearnerReport report)
    {
        var definition = Definition;
        RequireLatestTrainer(report.Epoch);
        var problems = LearnerReportRules.Validate(report, definition, statistics.State.Learner).ToArray();
        if (problems.Length > 0)
        {
            throw new InvalidRequestException([.. problems]);
        }

        RequireReachable(report.Step);
        _pace.Report(report);
        _ = History.LearnedAsync(report);
        statistics.State = statistics.State with { Learner = report with { Replayed = [] }, LearnerAt = time.GetUtcNow() };
        _dirty = true;
        return Task.FromResult(new LearnerReceipt { Lag = _pace.Lag, Waiting = Waiting });
    }

    private void RestoreLearner(LearnerReport learner)
    {
        if (LearnerReportRules.Validate(learner, Definition, before: null).Any())
        {
            statistics.State = statistics.State with { Learner = null };
            return;
        }

        // It may wait for more conversations than there are, and then it reports no sooner than they have come.
        _pace.Report(learner);
    }

    /// <summary>A learner that another one replaced may be behind it; none is far ahead of all that is known.</summary>
    private void RequireReachable(long step)
    {
        var (reported, announced) = (statistics.State.Learner?.Step ?? 0, _serving.Versions.MaxBy(version => version.Step));
        var (known, at) = announced?.Step > reported ? (announced.Step, announced.AnnouncedAt) : (reported, statistics.State.LearnerAt);
        LearnerReportRules.RequireReachable(step, known, time.GetUtcNow() - at);
    }
}
