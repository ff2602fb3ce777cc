namespace Archer.Trainer.Learning;

/// <summary>An iteration failed on some episodes: the learner is to be restored from its saved state.</summary>
/// <param name="message">What failed.</param>
/// <param name="conversations">Conversations of the batch that it failed on.</param>
/// <param name="inner">Why.</param>
public sealed class LearningFailedException(string message, IReadOnlyList<string> conversations, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Conversations of the batch that it failed on.</summary>
    public IReadOnlyList<string> Conversations { get; } = conversations;

    /// <summary>Those among them that are skipped from now on, as it was not their first failure. Default none.</summary>
    public IReadOnlyList<string> Quarantined { get; init; } = [];
}
