namespace Archer.Client.CommandLine;

/// <summary>A command was asked for what cannot be; nothing was done. The process ends with <see cref="ExitCodes.Usage"/>.</summary>
public sealed class UsageException(string message) : ArcherException(message)
{
    /// <summary>Several problems at once, one sentence each.</summary>
    public UsageException(IEnumerable<string> problems)
        : this(string.Join(" ", problems))
    {
    }
}
