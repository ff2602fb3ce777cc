namespace Archer.Silo.Data;

/// <summary>What lies under the data directory.</summary>
internal static class DataFolders
{
    /// <summary>State of the grains of a former version; the database has it now.</summary>
    public const string State = "state";

    /// <summary>Replay buffers of a former version.</summary>
    public const string Replay = "replay";

    /// <summary>Policy versions, a directory per agent.</summary>
    public const string Policies = "policies";

    /// <summary>The learner's own checkpoints.</summary>
    public const string Trainer = "trainer";
}
