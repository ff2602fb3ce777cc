using System.Collections.Concurrent;
using Archer.Client;

namespace Archer.Policy.Serving.Versions;

/// <summary>The resident versions of one agent. Which of them serves is decided elsewhere.</summary>
internal sealed partial class AgentVersions(
    string agent, int keep, IPolicyLoader loader, Action<ResidentPolicy> retired, ILogger logger)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Task<ResidentPolicy>> _versions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _refused = new(StringComparer.Ordinal);
    private long _clock;

    public string Agent => agent;

    /// <summary>Versions that are there to be loaded, newest first.</summary>
    public IReadOnlyList<string> Available() => loader.Versions(agent);

    /// <summary>Versions in memory, in order of name.</summary>
    public ResidentPolicy[] Resident()
    {
        lock (_gate)
        {
            return [.. Loaded().OrderBy(policy => policy.Version, StringComparer.Ordinal)];
        }
    }

    /// <summary>A version for the length of a request, loaded first when it is not resident.</summary>
    public async Task<PolicyLease> AcquireAsync(string version, CancellationToken cancellationToken)
    {
        while (true)
        {
            var policy = await LoadAsync(version, cancellationToken);
            // Between finding and acquiring, the version may have been retired: look again.
            if (policy.TryAcquire(Interlocked.Increment(ref _clock)))
            {
                return new PolicyLease(policy);
            }
        }
    }

    /// <summary>The newest usable version, where nobody decides. A version that was refused is not tried again until somebody loads it by its name.</summary>
    public async Task<PolicyLease> AcquireNewestAsync(CancellationToken cancellationToken)
    {
        foreach (var version in loader.Versions(agent).Where(version => !_refused.ContainsKey(version)))
        {
            try
            {
                return await AcquireAsync(version, cancellationToken);
            }
            catch (ModelNotFoundException)
            {
                // Removed since it was listed.
            }
            catch (VersionRefusedException refusal)
            {
                if (_refused.TryAdd(version, true))
                {
                    LogPassedOver(agent, version, refusal);
                }
            }
        }

        throw new ModelNotFoundException($"The model '{agent}' does not exist: there is no usable policy version of that agent.");
    }

    /// <summary>Makes a version resident.</summary>
    public Task<ResidentPolicy> LoadAsync(string version, CancellationToken cancellationToken)
    {
        Task<ResidentPolicy>? load;
        lock (_gate)
        {
            if (!_versions.TryGetValue(version, out load))
            {
                load = Task.Run(() => Load(version), CancellationToken.None);
                _versions[version] = load;
            }
        }

        return load.WaitAsync(cancellationToken);
    }

    /// <summary>At the end: hands over every version, in use or not.</summary>
    public void RetireAll()
    {
        lock (_gate)
        {
            foreach (var policy in Loaded())
            {
                retired(policy);
            }

            _versions.Clear();
        }
    }

    private ResidentPolicy Load(string version)
    {
        try
        {
            var policy = loader.Load(agent, version);
            policy.Touch(Interlocked.Increment(ref _clock));
            _refused.TryRemove(version, out _);
            LogLoaded(agent, version);
            lock (_gate)
            {
                Trim();
            }

            return policy;
        }
        catch (Exception)
        {
            lock (_gate)
            {
                _versions.Remove(version);
            }

            throw;
        }
    }

    /// <summary>Retires the versions used longest ago, never one that is in use. Leaves room for the one being added.</summary>
    private void Trim()
    {
        var spare = Loaded().OrderByDescending(policy => policy.LastUsed).Skip(keep - 1).ToArray();
        foreach (var policy in spare.Where(policy => policy.TryRetire()))
        {
            _versions.Remove(policy.Version);
            retired(policy);
            LogRetired(agent, policy.Version);
        }
    }

    private IEnumerable<ResidentPolicy> Loaded() =>
        _versions.Values.Where(load => load.IsCompletedSuccessfully).Select(load => load.GetAwaiter().GetResult());
}
