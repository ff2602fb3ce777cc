namespace Archer.Silo.Data;

/// <summary>Two silos were given one data directory.</summary>
internal sealed class DataDirectoryInUseException(string message, Exception inner) : IOException(message, inner);
