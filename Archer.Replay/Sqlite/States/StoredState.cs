namespace Archer.Replay.Sqlite;

/// <summary>A state as it is stored.</summary>
/// <param name="Tag">Its version.</param>
/// <param name="Data">Its bytes.</param>
public sealed record StoredState(StateTag Tag, byte[] Data);

/// <summary>What a write or a clearing of a state did.</summary>
/// <param name="Done">Whether the expected version was the stored one; nothing is changed otherwise.</param>
/// <param name="Tag">The new version, or the one that was found instead; null when there is none.</param>
public readonly record struct StateChange(bool Done, StateTag? Tag);
