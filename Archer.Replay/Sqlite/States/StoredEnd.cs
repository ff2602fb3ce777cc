namespace Archer.Replay.Sqlite;

/// <summary>The end of what a state describes, in columns of its own beside the bytes.</summary>
/// <param name="Kind">Number of a kind of states that are kept equally long.</param>
/// <param name="At">When it ended, in milliseconds of Unix time.</param>
/// <param name="Owner">Who lists it; null for none.</param>
public readonly record struct StoredEnd(int Kind, long At, string? Owner);

/// <summary>An ended state as it was found.</summary>
/// <param name="Grain">Its grain.</param>
/// <param name="Tag">The version that was found.</param>
/// <param name="End">Its end.</param>
public sealed record StoredEndedState(string Grain, StateTag Tag, StoredEnd End);
