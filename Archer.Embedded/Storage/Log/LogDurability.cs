namespace Archer.Embedded.Storage;

/// <summary>When an append counts as durable.</summary>
public enum LogDurability
{
    /// <summary>After fsync: survives a power cut. Appends that arrive during one fsync share the next one.</summary>
    Fsync,

    /// <summary>After the write reached the operating system: survives a kill of the process, not a power cut.</summary>
    OperatingSystemCache,
}
