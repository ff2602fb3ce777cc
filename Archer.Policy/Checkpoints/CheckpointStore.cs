using System.Collections.Immutable;
using Archer.Client;
using Archer.Client.Policies;

namespace Archer.Policy.Checkpoints;

/// <summary>
/// The policy versions of one agent, in <c>{root}/{agent}/v000012/</c>. Any number of processes may read; one at a time writes, and of several trainers the latest only.
/// A version is there whole or not at all, whenever the process or the machine stops; names grow and are never given twice.
/// </summary>
public sealed partial class CheckpointStore
{
    private const string LockName = ".lock";
    private const string LastNumberName = ".last-number";
    private readonly TimeProvider _time;
    private readonly Action<string> _step;

    /// <summary>The store of an agent; its directory is made by the first that is written.</summary>
    /// <param name="root">Directory of all agents' policies.</param>
    /// <param name="agent">The agent's name: letters, digits, <c>.</c>, <c>_</c>, <c>-</c>.</param>
    /// <param name="time">Clock of <see cref="PolicyManifest.CreatedAt"/>.</param>
    /// <exception cref="ArgumentException">The agent's name could lead out of the root.</exception>
    public CheckpointStore(string root, string agent, TimeProvider time)
        : this(root, agent, time, static _ => { })
    {
    }

    internal CheckpointStore(string root, string agent, TimeProvider time, Action<string> step)
    {
        CheckpointNames.RequireSafe(agent, "an agent");
        Agent = agent;
        DirectoryPath = Path.Combine(root, agent);
        _time = time;
        _step = step;
    }

    /// <summary>The agent's name.</summary>
    public string Agent { get; }

    /// <summary>The agent's directory.</summary>
    public string DirectoryPath { get; }

    /// <summary>Manifests of all versions, oldest first. What has no valid manifest is not a version and is left out; files are not hashed.</summary>
    public ImmutableArray<PolicyManifest> List()
    {
        var manifests = ImmutableArray.CreateBuilder<PolicyManifest>();
        foreach (var number in Numbers().Order())
        {
            if (TryReadManifest(PolicyVersionName.Of(number)) is { } manifest)
            {
                manifests.Add(manifest);
            }
        }

        return manifests.ToImmutable();
    }

    /// <summary>Path of a version's directory, whether it is there or not.</summary>
    /// <exception cref="ArgumentException">This cannot be a version's name.</exception>
    public string PathOf(string version) => PolicyVersionName.TryParse(version, out _)
        ? Path.Combine(DirectoryPath, version)
        : throw new ArgumentException($"'{version}' cannot name a policy version: expected a name like {PolicyVersionName.Of(12)}.", nameof(version));

    /// <summary>Whether there is a version of this name with a valid manifest; false for what cannot be a name. Files are not hashed.</summary>
    public bool Contains(string version) => PolicyVersionName.TryParse(version, out _) && TryReadManifest(version) is not null;

    /// <summary>Opens a version after comparing every file with its manifest.</summary>
    /// <exception cref="CheckpointException">The version is missing or damaged; says which file, where, expected and actual.</exception>
    /// <exception cref="ArgumentException">This cannot be a version's name.</exception>
    public CheckpointDirectory Open(string version)
    {
        var path = PathOf(version);
        if (!Directory.Exists(path))
        {
            throw CheckpointException.AtPath(path, "the directory", $"version {version} of agent '{Agent}'", "none");
        }

        return CheckpointDirectory.Open(path, ReadManifest(version));
    }

    /// <summary>Writes a new version under the next name. When this returns, the version survives any crash; before, there is no trace that counts.</summary>
    /// <exception cref="TrainerSupersededException">A later trainer has claimed the directory.</exception>
    /// <exception cref="CheckpointException">The parent is not there, another process is writing, or the disk refused.</exception>
    /// <exception cref="ArgumentException">There is no file, or a file's name is not safe or is there twice.</exception>
    public PolicyManifest Write(CheckpointDraft draft)
    {
        RequireFiles(draft.Files);
        var inherited = draft.Parent is null ? [] : ReadManifest(draft.Parent).LineageTrainedOn;
        return Exclusively("written", () =>
        {
            var writer = new CheckpointWriter(DirectoryPath, _step);
            writer.RemoveUnfinished();
            var manifest = new PolicyManifest
            {
                Schema = PolicyManifest.CurrentSchema,
                Version = PolicyVersionName.Of(LastNumber() + 1),
                Agent = Agent,
                Step = draft.Step,
                Parent = draft.Parent,
                CreatedAt = _time.GetUtcNow(),
                Files = [],
                TrainedOn = draft.TrainedOn,
                LineageTrainedOn = ReplayRange.Union(draft.TrainedOn is null ? inherited : inherited.Append(draft.TrainedOn)),
                Epoch = _epoch,
                Metrics = draft.Metrics.ToImmutableSortedDictionary(StringComparer.Ordinal),
            };
            return writer.Write(manifest, draft.Files);
        });
    }

    /// <summary>
    /// Makes a checkpoint from elsewhere a version of this agent, as durable as a written one, which has read none of its replay rows.
    /// False when the agent has, or had, a version of that name or a later one: then nothing changes.
    /// </summary>
    /// <param name="source">The checkpoint's directory; every file is compared with its manifest. Checked before anything is made.</param>
    /// <param name="version">Name of the version.</param>
    /// <param name="check">Looks at a source that is whole, before anything is made; what it throws is thrown on.</param>
    /// <exception cref="CheckpointException">The source is missing or damaged, another process is writing, or the disk refused.</exception>
    /// <exception cref="ArgumentException">This cannot be a version's name.</exception>
    public bool Install(string source, string version, Action<CheckpointDirectory>? check = null)
    {
        if (Directory.Exists(PathOf(version)) || !IsNew(version))
        {
            return false;
        }

        var checkpoint = CheckpointDirectory.Open(source);
        check?.Invoke(checkpoint);
        return Install(checkpoint, version);
    }

    /// <summary>
    /// The same for a checkpoint that was opened, with or without a manifest, and whatever later versions the agent has: only one of that name keeps it away.
    /// </summary>
    /// <exception cref="CheckpointException">Another process is writing, or the disk refused.</exception>
    /// <exception cref="ArgumentException">This cannot be a version's name, or a file's name is not safe.</exception>
    public bool InstallMissing(CheckpointDirectory source, string version) => !Directory.Exists(PathOf(version))
        && Exclusively("installed", () => !Directory.Exists(PathOf(version)) && Adopt(source.Manifest ?? Describe(source), source, version));

    /// <summary>Deletes a version; its name stays used. False when it was not there.</summary>
    /// <exception cref="CheckpointException">Another process is writing, or the disk refused.</exception>
    /// <exception cref="ArgumentException">This cannot be a version's name.</exception>
    public bool Delete(string version)
    {
        return Directory.Exists(PathOf(version)) && Exclusively("deleted", () => Remove(version));
    }

    /// <summary>Deletes all but the newest versions; returns the names of those deleted.</summary>
    /// <param name="keep">How many of the newest stay; at least 1.</param>
    /// <param name="inUse">Names that stay however old they are: those that serve, the reference, the trainer's.</param>
    /// <exception cref="CheckpointException">Another process is writing, or the disk refused.</exception>
    public ImmutableArray<string> Prune(int keep, IReadOnlyCollection<string> inUse)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        return [.. List().SkipLast(keep).Select(manifest => manifest.Version).Where(version => !inUse.Contains(version) && Delete(version))];
    }

    private static void RequireFiles(IReadOnlyList<CheckpointFile> files)
    {
        if (files.Count == 0)
        {
            throw new ArgumentException("A checkpoint has at least one file.");
        }

        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { PolicyManifest.FileName };
        foreach (var file in files)
        {
            CheckpointNames.RequireSafe(file.Name, "a file of a checkpoint");
            if (!names.Add(file.Name))
            {
                throw new ArgumentException($"A checkpoint cannot have the file '{file.Name}' twice.");
            }
        }
    }

    private bool IsNew(string version) => PolicyVersionName.TryParse(version, out var number) && number > LastNumber();

    private bool Install(CheckpointDirectory checkpoint, string version)
    {
        var manifest = checkpoint.Manifest
            ?? throw CheckpointException.AtPath(checkpoint.Path, "the directory", $"a checkpoint with a {PolicyManifest.FileName}", "none");
        return Exclusively("installed", () => IsNew(version) && Adopt(manifest, checkpoint, version));
    }

    private bool Adopt(PolicyManifest manifest, CheckpointDirectory checkpoint, string version)
    {
        var writer = new CheckpointWriter(DirectoryPath, _step);
        writer.RemoveUnfinished();
        writer.Write(
            manifest with { Version = version, Agent = Agent, Step = 0, Parent = null, TrainedOn = null, LineageTrainedOn = [], Epoch = null },
            [.. manifest.Files.Select(file => new CheckpointFile(file.Name, stream => CopyFile(checkpoint.FilePath(file.Name), stream)))]);
        return true;
    }

    /// <summary>A base from elsewhere has no manifest; lengths and hashes come when its files are written.</summary>
    private PolicyManifest Describe(CheckpointDirectory checkpoint) => new()
    {
        Schema = PolicyManifest.CurrentSchema,
        Version = "",
        Agent = Agent,
        Step = 0,
        CreatedAt = _time.GetUtcNow(),
        Files =
        [
            .. Directory.EnumerateFiles(checkpoint.Path).Select(path => Path.GetFileName(path)!).Where(name => CheckpointNames.IsSafe(name))
                .Select(name => new PolicyFile { Name = name, Bytes = 0, Sha256 = "" }),
        ],
    };

    private static void CopyFile(string path, Stream target)
    {
        using var file = File.OpenRead(path);
        file.CopyTo(target);
    }

    private PolicyManifest ReadManifest(string version)
    {
        var path = Path.Combine(PathOf(version), PolicyManifest.FileName);
        var manifest = ManifestReader.Read(path);
        if (manifest.Version != version)
        {
            throw CheckpointException.AtPath(path, "$.version", version, CheckpointException.Quote(manifest.Version));
        }

        return manifest.Agent == Agent ? manifest : throw CheckpointException.AtPath(path, "$.agent", Agent, CheckpointException.Quote(manifest.Agent));
    }

    private PolicyManifest? TryReadManifest(string version)
    {
        try
        {
            return ReadManifest(version);
        }
        catch (CheckpointException)
        {
            return null;
        }
    }

    private IEnumerable<long> Numbers() =>
        (Directory.Exists(DirectoryPath) ? Directory.EnumerateDirectories(DirectoryPath) : [])
            .Select(path => PolicyVersionName.TryParse(Path.GetFileName(path), out var number) ? number : -1)
            .Where(number => number >= 0);

    /// <summary>Largest number ever given: of a directory that is there, or that was deleted.</summary>
    private long LastNumber() => Numbers().Append(ReadNumber(LastNumberName) ?? -1).Max();

    private bool Remove(string version)
    {
        // So that its name stays used when its directory is gone.
        Note(LastNumberName, LastNumber());
        var writer = new CheckpointWriter(DirectoryPath, _step);
        writer.RemoveUnfinished();
        writer.Remove(version);
        return true;
    }

    private T Exclusively<T>(string done, Func<T> change)
    {
        try
        {
            Directory.CreateDirectory(DirectoryPath);
            // Also before the lock: a successor may hold it, and then this is no passing failure.
            RequireClaim();
            using var held = new FileStream(Path.Combine(DirectoryPath, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            RequireClaim();
            return change();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CheckpointException.AtPath(DirectoryPath, "the directory", $"that a version can be {done}", failure.Message, failure);
        }
    }
}
