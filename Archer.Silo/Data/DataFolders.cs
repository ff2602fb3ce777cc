namespace Archer.Silo.Data;

/// <summary>What lies under the data directory.</summary>
internal static class DataFolders
{
    /// <summary>State of the grains.</summary>
    public const string State = "state";

    /// <summary>Replay buffers.</summary>
    public const string Replay = "replay";

    /// <summary>Policy versions, a directory per agent.</summary>
    public const string Policies = "policies";

    /// <summary>The learner's own checkpoints.</summary>
    public const string Trainer = "trainer";

    /// <summary>Starts over: removes what the platform made, and nothing else.</summary>
    public static void Clear(string directory)
    {
        foreach (var folder in new[] { State, Replay, Policies, Trainer }.Select(name => Path.Combine(directory, name)).Where(Directory.Exists))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
