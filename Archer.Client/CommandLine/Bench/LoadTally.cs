using System.Runtime.InteropServices;

namespace Archer.Client.CommandLine.Bench;

/// <summary>What one user saw of a phase: every request with the time that it took, failed ones included. For one user at a time.</summary>
internal sealed class LoadTally
{
    private readonly Dictionary<string, long> _errors = [];
    private readonly SortedSet<string> _versions = new(StringComparer.Ordinal);

    public List<double> Starts { get; } = [];

    public List<double> Messages { get; } = [];

    public List<double> Ends { get; } = [];

    /// <summary>Conversations that had all their turns, without a failure.</summary>
    public long Conversations { get; set; }

    public long Turns { get; set; }

    public IReadOnlyDictionary<string, long> Errors => _errors;

    public IReadOnlyCollection<string> Versions => _versions;

    public void AddVersion(string version) => _versions.Add(version);

    public void AddError(string kind) => CollectionsMarshal.GetValueRefOrAddDefault(_errors, kind, out _)++;

    public void Add(LoadTally other)
    {
        Starts.AddRange(other.Starts);
        Messages.AddRange(other.Messages);
        Ends.AddRange(other.Ends);
        Conversations += other.Conversations;
        Turns += other.Turns;
        _versions.UnionWith(other._versions);
        foreach (var (kind, count) in other._errors)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_errors, kind, out _) += count;
        }
    }
}
