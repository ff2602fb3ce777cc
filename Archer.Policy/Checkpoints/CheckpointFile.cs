namespace Archer.Policy.Checkpoints;

/// <summary>A file of a checkpoint that is to be written.</summary>
/// <param name="Name">Name inside the directory: letters, digits, <c>.</c>, <c>_</c>, <c>-</c>.</param>
/// <param name="Write">Writes the contents.</param>
public sealed record CheckpointFile(string Name, Action<Stream> Write);
