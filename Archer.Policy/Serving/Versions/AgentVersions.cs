using Archer.Client;

namespace Archer.Policy.Serving.Versions;

/// <summary>The resident versions of one agent and which of them serves.</summary>
internal sealed partial class AgentVersions(
    string agent, int keep, IPolicyLoader loader, Action<ResidentPolicy> retired, ILogger logger)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Task<ResidentPolicy>> versions = new(StringComparer.Ordinal);
    private Task<ResidentPolicy>? choice;
    private long clock;
    private volatile ResidentPolicy? serving;

    public string Agent => agent;

    /// <summary>The version that requests get when they name none; null before the first.</summary>
    public ResidentPolicy? Serving => serving;

    /// <summary>Versions that are there to be loaded, newest first.</summary>
    public IReadOnlyList<string> Available() => loader.Versions(agent);

    /// <summary>Versions in memory, in order of name.</summary>
    public ResidentPolicy[] Resident()
    {
        lock (gate)
        {
            return [.. Loaded().OrderBy(policy => policy.Version, StringComparer.Ordinal)];
        }
    }

    /// <summary>A version for the length of a request, loaded first when it is not resident; null is the one that serves.</summary>
    public async Task<PolicyLease> AcquireAsync(string? version, CancellationToken cancellationToken)
    {
        while (true)
        {
            var policy = version is null
                ? serving ?? await Chosen().WaitAsync(cancellationToken)
                : await LoadAsync(version, cancellationToken);
            // Between finding and acquiring, the version may have been retired: look again.
            if (policy.TryAcquire(Interlocked.Increment(ref clock)))
            {
                return new PolicyLease(policy);
            }
        }
    }

    /// <summary>Makes a version resident.</summary>
    public Task<ResidentPolicy> LoadAsync(string version, CancellationToken cancellationToken)
    {
        Task<ResidentPolicy>? load;
        lock (gate)
        {
            if (!versions.TryGetValue(version, out load))
            {
                load = Task.Run(() => Load(version), CancellationToken.None);
                versions[version] = load;
            }
        }

        return load.WaitAsync(cancellationToken);
    }

    /// <summary>From here on requests that name no version get this one; those in flight finish on theirs.</summary>
    public async Task<ResidentPolicy> ServeAsync(string version, CancellationToken cancellationToken)
    {
        using var lease = await AcquireAsync(version, cancellationToken);
        lock (gate)
        {
            serving = lease.Policy;
        }

        LogServing(agent, version);
        return lease.Policy;
    }

    /// <summary>At the end: hands over every version, in use or not.</summary>
    public void RetireAll()
    {
        lock (gate)
        {
            foreach (var policy in Loaded())
            {
                retired(policy);
            }

            versions.Clear();
            serving = null;
        }
    }

    /// <summary>One search at a time; a search that failed is made again, as versions may have come.</summary>
    private Task<ResidentPolicy> Chosen()
    {
        lock (gate)
        {
            return choice is { IsFaulted: false } ? choice : choice = ChooseAsync();
        }
    }

    /// <summary>Nobody said which version serves (a restart): the newest one that is whole.</summary>
    private async Task<ResidentPolicy> ChooseAsync()
    {
        await Task.Yield();
        foreach (var version in loader.Versions(agent))
        {
            try
            {
                using var lease = await AcquireAsync(version, CancellationToken.None);
                lock (gate)
                {
                    return serving ??= lease.Policy;
                }
            }
            catch (ArcherException refused) when (refused is VersionRefusedException or ModelNotFoundException)
            {
                LogPassedOver(agent, version, refused);
            }
        }

        throw new ModelNotFoundException($"The model '{agent}' does not exist: there is no usable policy version of that agent.");
    }

    private ResidentPolicy Load(string version)
    {
        try
        {
            var policy = loader.Load(agent, version);
            policy.Touch(Interlocked.Increment(ref clock));
            LogLoaded(agent, version);
            lock (gate)
            {
                Trim();
            }

            return policy;
        }
        catch (Exception)
        {
            lock (gate)
            {
                versions.Remove(version);
            }

            throw;
        }
    }

    /// <summary>Retires the versions used longest ago, never one that serves or is in use. Leaves room for the one being added.</summary>
    private void Trim()
    {
        var others = Math.Max(0, keep - (serving is null ? 1 : 2));
        var spare = Loaded().Where(policy => policy != serving).OrderByDescending(policy => policy.LastUsed).Skip(others).ToArray();
        foreach (var policy in spare.Where(policy => policy.TryRetire()))
        {
            versions.Remove(policy.Version);
            retired(policy);
            LogRetired(agent, policy.Version);
        }
    }

    private IEnumerable<ResidentPolicy> Loaded() =>
        versions.Values.Where(load => load.IsCompletedSuccessfully).Select(load => load.GetAwaiter().GetResult());
}
