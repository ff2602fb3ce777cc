using Archer.Client;
using Archer.Client.Agents;
using Archer.Client.Policies;
using Archer.Policy.Checkpoints;
using Archer.Policy.Text;
using Archer.Trainer.Learning;

namespace Archer.Trainer.Publication;

/// <summary>Publishes versions as checkpoint directories, announces them, and removes old ones.</summary>
/// <param name="store">The agent's versions.</param>
/// <param name="tokenizer">The agent's vocabulary.</param>
/// <param name="link">Where versions are announced.</param>
/// <param name="time">Clock.</param>
/// <param name="epoch">The trainer's.</param>
/// <param name="keep">Newest versions that stay.</param>
public sealed class CheckpointPublisher(CheckpointStore store, BpeTokenizer tokenizer, IAgentLink link, TimeProvider time, long epoch, int keep)
    : IPolicyPublisher
{
    private string? _parent;
    private long _trainedThrough;

    /// <summary>Goes on after what was published before: the next version's parent, and the replay position that it was trained up to.</summary>
    public void Continue(string? version, long position) => (_parent, _trainedThrough) = (version, position);

    /// <inheritdoc/>
    public async Task<string> PublishAsync(Learner learner, IterationReport report, CancellationToken cancellationToken)
    {
        var manifest = Write(learner, report);
        (_parent, _trainedThrough) = (manifest.Version, learner.Position);
        await AnnounceAsync(Announcement(manifest), cancellationToken);
        var agent = await link.ReadAsync(cancellationToken);
        store.Prune(keep, [.. new[] { agent.Current, agent.Previous, agent.Candidate }.OfType<string>(), agent.Definition.InitialVersion]);
        return manifest.Version;
    }

    /// <summary>A directory may reach the policy servers late: the agent says how long that is no failure.</summary>
    private async Task AnnounceAsync(AnnounceVersion version, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await link.AnnounceAsync(version, cancellationToken);
                return;
            }
            catch (VersionNotVisibleException hidden)
            {
                await Task.Delay(hidden.RetryAfter, time, cancellationToken);
            }
        }
    }

    private PolicyManifest Write(Learner learner, IterationReport report)
    {
        var critic = CriticStart.InTaskUnits(learner.Critic, learner.Options.RewardScale);
        try
        {
            return store.Write(new CheckpointDraft
            {
                Files = PolicyCheckpoint.Files(learner.Actor, critic, tokenizer),
                Step = learner.Step,
                Parent = _parent is not null && store.Contains(_parent) ? _parent : null,
                TrainedOn = new ReplayRange { From = _trainedThrough + 1, Through = learner.Position },
                Metrics = Metrics(report),
            });
        }
        finally
        {
            critic.Parameters.Dispose();
        }
    }

    private AnnounceVersion Announcement(PolicyManifest manifest) => new()
    {
        Version = manifest.Version,
        Step = manifest.Step,
        FirstPosition = manifest.LineageTrainedOn.Length == 0 ? 0 : manifest.LineageTrainedOn[0].From,
        LastPosition = manifest.LineageTrainedOn.Length == 0 ? 0 : manifest.LineageTrainedOn[^1].Through,
        Epoch = epoch,
    };

    private static Dictionary<string, double> Metrics(IterationReport report)
    {
        var metrics = new Dictionary<string, double> { ["mean_return"] = report.MeanReturn, ["samples_per_insert"] = report.SamplesPerInsert };
        foreach ((var name, var value) in new[]
        {
            ("critic_loss", report.CriticLoss), ("actor_loss", report.ActorLoss), ("divergence", report.Divergence), ("clipped_share", report.ClipFraction),
        })
        {
            if (value is { } known)
            {
                metrics[name] = known;
            }
        }
        return metrics;
    }
}
