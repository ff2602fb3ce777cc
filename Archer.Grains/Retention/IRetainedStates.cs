namespace Archer.Grains.Retention;

/// <summary>Ended states where they are stored, in the order in which they ended.</summary>
public interface IRetainedStates
{
    /// <summary>The oldest states of a kind that ended at a time or before.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="until">Latest end.</param>
    /// <param name="skip">Oldest ones to pass over.</param>
    /// <param name="maximum">Most states of the answer.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<EndedState>> FindAsync(
        RetentionKind kind, DateTimeOffset until, int skip, int maximum, CancellationToken cancellationToken);

    /// <summary>Ended states of a kind, newest end first; some may be gone, or have ended otherwise, when they are read.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="before">Only what comes after this place; null begins with the newest end.</param>
    /// <param name="maximum">Most places of the answer.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<RetainedPlace>> ListAsync(RetentionKind kind, RetainedPlace? before, int maximum, CancellationToken cancellationToken);

    /// <summary>Removes states that are still as they were found; durable when it returns.</summary>
    /// <returns>Those that are removed now.</returns>
    Task<IReadOnlyList<EndedState>> RemoveAsync(IReadOnlyList<EndedState> states, CancellationToken cancellationToken);

    /// <summary>Gives space of what was removed back to the disk, a bounded part of it.</summary>
    Task ShrinkAsync(CancellationToken cancellationToken);
}

/// <summary>A state that has ended.</summary>
/// <param name="Grain">The grain, as <see cref="GrainId"/> writes itself.</param>
/// <param name="End">Its end.</param>
/// <param name="Tag">The version that was found; a state that was written since is not removed.</param>
public sealed record EndedState(string Grain, StateEnd End, string Tag)
{
    /// <summary>Id of the conversation.</summary>
    public string Conversation => ConversationOf(Grain);

    /// <summary>Id of the conversation that a grain is.</summary>
    public static string ConversationOf(string grain) => grain[(grain.IndexOf('/', StringComparison.Ordinal) + 1)..];
}
