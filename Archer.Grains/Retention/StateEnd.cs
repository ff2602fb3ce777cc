namespace Archer.Grains.Retention;

/// <summary>What decides how long a state is kept. The numbers are stored.</summary>
public enum RetentionKind
{
    /// <summary>An ended conversation of a simulated user.</summary>
    Simulated = 1,

    /// <summary>An ended conversation of a real user.</summary>
    Real = 2,

    /// <summary>The answer to an erasure.</summary>
    Erased = 3,
}

/// <summary>The end of what a state describes.</summary>
/// <param name="Kind">Decides how long the state is kept.</param>
/// <param name="At">When it ended.</param>
/// <param name="Owner">Key of the user grain that lists it; null for none.</param>
public readonly record struct StateEnd(RetentionKind Kind, DateTimeOffset At, string? Owner);

/// <summary>A grain's state that is of no more use some time after its end. Storage notes the end beside it, so that nobody needs to read the state.</summary>
public interface IEndingState
{
    /// <summary>The end; null before.</summary>
    StateEnd? FindEnd();
}
