namespace Archer.Client.CommandLine;

/// <summary>What a command's process returns.</summary>
public static class ExitCodes
{
    /// <summary>It did what was asked.</summary>
    public const int Success = 0;

    /// <summary>It could not; the message on the error stream says why and what to do.</summary>
    public const int Failure = 1;

    /// <summary>It was asked wrongly; nothing was done.</summary>
    public const int Usage = 2;

    /// <summary>It was interrupted with Ctrl-C.</summary>
    public const int Interrupted = 130;
}
