using Archer.Policy.Generation;

namespace Archer.Policy.Serving;

/// <summary>The policy server's settings, bound from the configuration section <c>Archer:Policy</c>.</summary>
public sealed record PolicyServerOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Archer:Policy";

    /// <summary>
    /// Directory with one directory per agent and in it one per version. Default: <c>policies</c> under <c>Archer:DataDirectory</c>,
    /// which is <c>data</c> unless configured.
    /// </summary>
    public string PoliciesDirectory { get; set; } = "";

    /// <summary>Versions of an agent kept in memory, the serving one included; those in use come on top. Default 3.</summary>
    public int KeepVersions { get; set; } = 3;

    /// <summary>Largest body of a request, bytes. Default 1 MiB.</summary>
    public long MaxBodyBytes { get; set; } = 1 << 20;

    /// <summary>Most tokens of an utterance when the request does not say. Default 32 (ArCHer's released code).</summary>
    public int DefaultMaxTokens { get; set; } = 32;

    /// <summary>Most choices (<c>n</c>) of one request. Default 16.</summary>
    public int MaxChoices { get; set; } = 16;

    /// <summary>Where seeds come from that a request does not give. Default null: the operating system.</summary>
    public ulong? Seed { get; set; }

    /// <summary>How much the engine takes on at once.</summary>
    public GenerationOptions Generation { get; set; } = new();
}
