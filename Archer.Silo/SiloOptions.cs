namespace Archer.Silo;

/// <summary>Settings of the silo's process. Section <c>Archer</c>.</summary>
public sealed class SiloOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Archer";

    /// <summary>
    /// JSON files with further settings, separated by semicolons: over <c>appsettings.json</c>, under environment and command line. A file that names agents
    /// switches the demo off. Default: none.
    /// </summary>
    public string? Config { get; set; }

    /// <summary>Where data lives, absolute or relative to the working directory. Default: data.</summary>
    public string DataDirectory { get; set; } = "data";

    /// <summary>
    /// Connection string of the Redis server that the silos of a cluster share: members, state, reminders and replay. Null (default): one silo on this
    /// machine, which keeps everything in <see cref="DataDirectory"/>.
    /// </summary>
    public string? Redis { get; set; }

    /// <summary>
    /// What the process does, separated by commas: <c>silo</c> (grains, HTTP API, page), <c>policy</c> (the policy server), <c>trainer</c>.
    /// <c>policy</c> and <c>trainer</c> can be alone, each as a process of its own. Default: all.
    /// </summary>
    public string? Roles { get; set; }

    /// <summary>Bearer keys, at least 16 characters each. Without one the silo listens on loopback only and asks for none.</summary>
    public IList<string> Keys { get; } = [];

    /// <summary>
    /// Whether the silo gives agents without a version their base checkpoint. False where it has no part in the policies' directory,
    /// as in Kubernetes, where the trainer's pod does so. Default: true.
    /// </summary>
    public bool InstallBaseCheckpoints { get; set; } = true;

    /// <summary>Largest body of a request, in bytes. Default: 262,144.</summary>
    public int MaxBodyBytes { get; set; } = 262_144;

    /// <summary>Seconds between two status lines on the console; 0 prints none. Default: 5.</summary>
    public int StatusSeconds { get; set; } = 5;
}
