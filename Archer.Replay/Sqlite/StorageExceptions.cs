using Archer.Client;

namespace Archer.Replay.Sqlite;

/// <summary>The database of one machine cannot do what was asked. The message says what happened, in which file, and what to do.</summary>
public abstract class StorageException(string message, Exception? inner = null) : ArcherException(message, inner);

/// <summary>The disk or the file's quota is full. Nothing of the failed write is stored; writes succeed again when there is room.</summary>
public sealed class StorageFullException(string message, Exception? inner = null) : StorageException(message, inner);

/// <summary>A page or a record is not what was written. What is intact is still served.</summary>
public sealed class StorageDamagedException(string message, Exception? inner = null) : StorageException(message, inner);

/// <summary>Another process has the data directory open.</summary>
public sealed class StorageInUseException(string message, Exception? inner = null) : StorageException(message, inner);

/// <summary>The data directory or the file in it cannot be written.</summary>
public sealed class StorageReadOnlyException(string message, Exception? inner = null) : StorageException(message, inner);

/// <summary>The data belong to another program or another version.</summary>
public sealed class StorageForeignException(string message, Exception? inner = null) : StorageException(message, inner);

/// <summary>The disk failed to read or write, or a request took too long.</summary>
public sealed class StorageFailedException(string message, Exception? inner = null) : StorageException(message, inner);
