using System.Collections.Concurrent;
using Archer.Client;

namespace Archer.Policy.Serving.Versions;

/// <summary>
/// What an unqualified model name means: the last answer of <see cref="IServingVersions"/>, at most a second old. While nobody answers, the last known
/// version goes on serving, as it does in a silo.
/// </summary>
internal sealed partial class ServingDecisions(IServingVersions source, TimeProvider time, ILogger<ServingDecisions> logger)
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(2);
    private readonly ConcurrentDictionary<string, Decision> _last = new(StringComparer.Ordinal);

    /// <summary>The version that serves; null when nobody decides. The agent must be one that has versions: names are remembered.</summary>
    /// <exception cref="PolicyUnavailableException">The decision has never been read, and cannot be read now.</exception>
    public async ValueTask<string?> FindAsync(string agent, CancellationToken cancellationToken)
    {
        var known = _last.GetValueOrDefault(agent);
        if (known is not null && time.GetElapsedTime(known.ReadAt) < MaxAge)
        {
            return known.Version;
        }

        try
        {
            var version = await source.AskAsync(agent, cancellationToken).WaitAsync(AskTimeout, time, cancellationToken);
            _last[agent] = new Decision(version, time.GetTimestamp());
            return version;
        }
        catch (Exception failure) when (failure is ArcherException or TimeoutException)
        {
            if (known is null)
            {
                throw new PolicyUnavailableException($"Which version of {agent} serves cannot be read: {failure.Message}", MaxAge, failure);
            }

            LogUnread(agent, known.Version, failure);
            _last[agent] = known with { ReadAt = time.GetTimestamp() };
            return known.Version;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Which version of agent {Agent} serves cannot be read: {Version} goes on serving")]
    private partial void LogUnread(string agent, string? version, Exception exception);

    private sealed record Decision(string? Version, long ReadAt);
}
