namespace Archer.Client.CommandLine;

/// <summary>A command cannot do what it was asked to; the message says what to do. The process ends with <see cref="ExitCodes.Failure"/>.</summary>
public sealed class CommandException(string message, Exception? inner = null) : ArcherException(message, inner);
