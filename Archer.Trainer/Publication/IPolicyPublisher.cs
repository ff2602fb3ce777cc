using Archer.Trainer.Learning;

namespace Archer.Trainer.Publication;

/// <summary>Makes what the learner has learned serve.</summary>
public interface IPolicyPublisher
{
    /// <summary>Writes a version and announces it; returns its name. The learner is not touched meanwhile.</summary>
    /// <param name="learner">Whose actor and critic.</param>
    /// <param name="report">The iteration that led to it.</param>
    /// <param name="cancellationToken">Ends the waiting for the announcement.</param>
    Task<string> PublishAsync(Learner learner, IterationReport report, CancellationToken cancellationToken);
}
