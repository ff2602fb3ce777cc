namespace Archer.Client;

/// <summary>A failure of the domain, as opposed to a programmer's error: the message says what was attempted, on which id, and what to do.</summary>
[GenerateSerializer, Alias("archer.exception")]
public abstract class ArcherException(string message, Exception? inner = null) : Exception(message, inner);
