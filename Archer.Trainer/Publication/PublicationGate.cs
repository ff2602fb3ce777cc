using Archer.Trainer.Learning;

namespace Archer.Trainer.Publication;

/// <summary>What was decided about a step.</summary>
public enum PublicationVerdict
{
    /// <summary>It is published.</summary>
    Publish,

    /// <summary>Its turn has not come (<see cref="TrainerOptions.PublishEvery"/>).</summary>
    NotDue,

    /// <summary>It was given to publication before a restart: a step is announced under one name only.</summary>
    AlreadyPublished,

    /// <summary>The actor took no step since the last publication.</summary>
    NothingLearned,

    /// <summary>The divergence from the reference policy is greater than <see cref="TrainerOptions.MaxDivergence"/>.</summary>
    Divergence,

    /// <summary>A loss is greater than <see cref="TrainerOptions.MaxLoss"/>.</summary>
    Loss,

    /// <summary>A gradient norm is greater than <see cref="TrainerOptions.MaxGradientNorm"/>.</summary>
    GradientNorm,
}

/// <summary>Decides which steps are published: each at most once, and only one that learned and is in its band.</summary>
/// <param name="options">Settings.</param>
/// <param name="ledger">Knows the step published last.</param>
internal sealed class PublicationGate(TrainerOptions options, TrainingLedger ledger)
{
    private bool _learned;

    /// <summary>Decides about the step that an iteration led to; a step that is to be published counts as published from here on.</summary>
    public PublicationVerdict Decide(IterationReport report)
    {
        _learned |= report.Pause is null;
        var verdict = Judge(report);
        if (verdict is PublicationVerdict.Publish or PublicationVerdict.AlreadyPublished)
        {
            _learned = false;
        }

        if (verdict == PublicationVerdict.Publish)
        {
            ledger.Publish(report.Step);
        }

        return verdict;
    }

    private PublicationVerdict Judge(IterationReport report) =>
        report.Step <= ledger.PublishedStep ? PublicationVerdict.AlreadyPublished
        : report.Step % options.PublishEvery != 0 ? PublicationVerdict.NotDue
        : !_learned ? PublicationVerdict.NothingLearned
        : !Within(report.Divergence, options.MaxDivergence) ? PublicationVerdict.Divergence
        : !Within(report.CriticLoss, options.MaxLoss) || !Within(report.ActorLoss, options.MaxLoss) ? PublicationVerdict.Loss
        : !Within(report.GradientNorm, options.MaxGradientNorm) ? PublicationVerdict.GradientNorm
        : PublicationVerdict.Publish;

    /// <summary>NaN is within nothing.</summary>
    private static bool Within(double? value, float most) => value is null || Math.Abs(value.Value) <= most;
}
