using Archer.Client;
using Microsoft.Extensions.Logging;

namespace Archer.Grains.Agents;

/// <content>A version that a policy server does not see yet: shared file systems show new directories up to a minute late.</content>
internal sealed partial class AgentGrain
{
    private readonly Dictionary<string, MissingVersion> _missing = [];

    /// <summary>Loads a version that was just written.</summary>
    /// <exception cref="VersionNotVisibleException">Not every policy server sees it yet.</exception>
    /// <exception cref="VersionRefusedException">It is damaged, or has been missing for too long.</exception>
    private async Task LoadWrittenAsync(string version, CancellationToken cancellationToken)
    {
        try
        {
            await LoadAsync(version, cancellationToken);
            _missing.Remove(version);
        }
        catch (VersionRefusedException refusal)
        {
            if (!MayAppear(version, refusal))
            {
                throw;
            }

            throw new VersionNotVisibleException(
                $"Not every policy server sees version {version} of agent {Name} yet. Nothing changed: announce it again.", CheckPeriod, refusal);
        }
    }

    /// <summary>Whether a refused version may only not be visible yet: what is missing may come, what is damaged stays so.</summary>
    private bool MayAppear(string version, VersionRefusedException refusal)
    {
        var timeout = options.Value.MissingVersionTimeout ?? TimeSpan.Zero;
        if (!refusal.IsMissing || timeout <= TimeSpan.Zero)
        {
            return false;
        }

        var now = time.GetUtcNow();
        foreach (var (old, _) in _missing.Where(known => now - known.Value.SeenAt > timeout).ToList())
        {
            _missing.Remove(old);
        }

        var isNew = !_missing.TryGetValue(version, out var missing);
        _missing[version] = missing = new MissingVersion(isNew ? now : missing.Since, now);
        if (isNew)
        {
            LogMissing(Name, version, timeout);
        }

        return now - missing.Since < timeout;
    }

    /// <summary>What serves is asked for until it loads again, or has been missing for too long.</summary>
    private void WatchServing() =>
        _check ??= this.RegisterGrainTimer(CheckServingAsync, new GrainTimerCreationOptions(CheckPeriod, CheckPeriod));

    private void EndWatch()
    {
        _check?.Dispose();
        _check = null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Agent {Agent}: a policy server does not see version {Version}; it may still appear for {Timeout}")]
    private partial void LogMissing(string agent, string version, TimeSpan timeout);

    /// <summary>Since when a version is missing without a break, and when that was last seen.</summary>
    private readonly record struct MissingVersion(DateTimeOffset Since, DateTimeOffset SeenAt);
}
