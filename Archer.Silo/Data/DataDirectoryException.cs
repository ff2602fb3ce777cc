namespace Archer.Silo.Data;

/// <summary>The data directory belongs to another silo, or nothing can be written there.</summary>
internal sealed class DataDirectoryException(string message, Exception inner) : IOException(message, inner);
