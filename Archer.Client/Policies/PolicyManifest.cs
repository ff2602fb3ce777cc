using System.Collections.Immutable;

namespace Archer.Client.Policies;

/// <summary>What is known of a policy version; the last file to be written into its directory. A directory without a valid one is not a version.</summary>
[GenerateSerializer, Immutable, Alias("archer.policy-manifest")]
public sealed record PolicyManifest
{
    /// <summary>Version of this record's layout.</summary>
    public const int CurrentSchema = 1;

    /// <summary>Name of the file.</summary>
    public const string FileName = "manifest.json";

    /// <summary>Layout that the manifest was written with.</summary>
    [Id(0)]
    public required int Schema { get; init; }

    /// <summary>Name of the version, such as <c>v000012</c>; also the directory's.</summary>
    [Id(1)]
    public required string Version { get; init; }

    /// <summary>Agent whose policy this is.</summary>
    [Id(2)]
    public required string Agent { get; init; }

    /// <summary>Training steps since the base checkpoint.</summary>
    [Id(3)]
    public required long Step { get; init; }

    /// <summary>Version that training went on from; null for a base.</summary>
    [Id(4)]
    public string? Parent { get; init; }

    /// <summary>When it was written.</summary>
    [Id(5)]
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The other files of the directory, by name.</summary>
    [Id(6)]
    public required ImmutableArray<PolicyFile> Files { get; init; }

    /// <summary>Replay rows that were trained on since the parent; null when there were none.</summary>
    [Id(7)]
    public ReplayRange? TrainedOn { get; init; }

    /// <summary>
    /// Replay rows that the version carries anything of: its own and those of all its ancestors, as separate stretches in order.
    /// Stands here and not only with the parents, whose directories retention removes.
    /// </summary>
    [Id(8)]
    public ImmutableArray<ReplayRange> LineageTrainedOn { get; init; } = [];

    /// <summary>Measurements when it was written, by metric name.</summary>
    [Id(9)]
    public ImmutableSortedDictionary<string, double> Metrics { get; init; } = ImmutableSortedDictionary<string, double>.Empty;

    /// <summary>Fencing epoch of the trainer that wrote it; null for a base.</summary>
    [Id(10)]
    public long? Epoch { get; init; }

    /// <summary>Whether the version, itself or through an ancestor, was trained on a replay row: what an erasure has to name.</summary>
    public bool LearnedFrom(long position) => LineageTrainedOn.Any(range => range.Contains(position));
}

/// <summary>One file of a policy version.</summary>
[GenerateSerializer, Immutable, Alias("archer.policy-file")]
public sealed record PolicyFile
{
    /// <summary>Name inside the directory.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>Length in bytes.</summary>
    [Id(1)]
    public required long Bytes { get; init; }

    /// <summary>SHA-256 of the contents, 64 lower-case hexadecimal digits.</summary>
    [Id(2)]
    public required string Sha256 { get; init; }
}
