namespace Archer.Client;

/// <summary>No whole answer came from the silo. What was asked may or may not have happened: ask again with the same key.</summary>
public sealed class ArcherUnreachableException(string message, Exception inner) : ArcherException(message, inner);
