namespace Archer.Embedded.Storage;

/// <summary>A log holds damage that a crash cannot have caused; it is refused as it stands, nothing was changed.</summary>
public sealed class LogCorruptException : Exception
{
    /// <summary>Names the place and what is wrong there.</summary>
    public LogCorruptException(string file, long offset, string expected, string actual)
        : base($"The log file '{file}' is corrupt at offset {offset}: expected {expected}, found {actual}. "
            + "Restore the directory from a copy, or move it away to start empty.")
    {
        (File, Offset, Expected, Actual) = (file, offset, expected, actual);
    }

    /// <summary>Path of the damaged file.</summary>
    public string File { get; }

    /// <summary>Offset of the damage in the file, in bytes.</summary>
    public long Offset { get; }

    /// <summary>What should be there.</summary>
    public string Expected { get; }

    /// <summary>What is there.</summary>
    public string Actual { get; }
}

/// <summary>A write to a log failed (disk full, device error). Nothing is known of the appends in flight; open the log again to go on.</summary>
public sealed class LogFailedException(string message, Exception? inner = null) : IOException(message, inner);
