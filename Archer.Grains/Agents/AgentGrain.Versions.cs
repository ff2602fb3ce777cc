using Archer.Client;
using Archer.Client.Agents;
using Archer.Client.History;
using Microsoft.Extensions.Logging;

namespace Archer.Grains.Agents;

/// <content>Which version serves.</content>
internal sealed partial class AgentGrain
{
    private static readonly TimeSpan ListingTimeout = TimeSpan.FromSeconds(2);

    public async Task<AgentView> AnnounceAsync(AnnounceVersion command, CancellationToken cancellationToken)
    {
        _ = Definition;
        RequireLatestTrainer(command.Epoch);
        RequireSameTrainer(command);
        RequireReachable(command.Step);
        var known = _serving.Versions.Any(version => version.Version == command.Version);
        if (known && (!command.Serve || command.Version == View().Current))
        {
            return View();
        }

        await LoadWrittenAsync(command.Version, cancellationToken);
        var version = new VersionView
        {
            Version = command.Version,
            Step = command.Step,
            FirstPosition = command.FirstPosition,
            LastPosition = command.LastPosition,
            AnnouncedAt = time.GetUtcNow(),
            Epoch = command.Epoch,
        };
        var next = known ? _serving : _serving with { Versions = _serving.Versions.Add(version) };
        await ChangeAsync(Forget(command.Serve ? MoveTo(next, command.Version) : next));
        return View();
    }

    public async Task<AgentView> ServeAsync(ServeVersion command, CancellationToken cancellationToken)
    {
        foreach (var version in new[] { command.Version, command.Candidate }.OfType<string>().Distinct())
        {
            await LoadAsync(version, cancellationToken);
        }

        var next = command.Version is null ? _serving : MoveTo(_serving, command.Version);
        await ChangeAsync(next with { Candidate = command.Candidate, CanaryShare = command.Candidate is null ? 0 : command.CanaryShare });
        return View();
    }

    public async Task<AgentView> RollbackAsync(CancellationToken cancellationToken)
    {
        var previous = View().Previous
            ?? throw new ConflictException($"Agent {Name} has served no version before {View().Current}: there is nothing to go back to.");
        await LoadAsync(previous, cancellationToken);
        await ChangeAsync(MoveTo(_serving, previous) with { Candidate = null, CanaryShare = 0 });
        return View();
    }

    private async Task LoadAsync(string version, CancellationToken cancellationToken)
    {
        try
        {
            await policy.LoadAsync(Name, version, cancellationToken);
            await RequireFilesAsync(version, cancellationToken);
        }
        catch (VersionRefusedException refusal) when (refusal.IsMissing && _serving.Versions.FirstOrDefault(known => known.Version == version) is { } known)
        {
            throw new VersionRefusedException(
                $"Version {version} of agent {Name} was announced at {known.AnnouncedAt:O}, but its files are gone: a trainer keeps the newest versions only. "
                + $"GET /v1/agents/{Name} tells which are servable.",
                refusal)
            { IsMissing = true };
        }
    }

    /// <summary>A version may be in memory although its files are gone: after a restart of the policy server nothing could answer.</summary>
    private async Task RequireFilesAsync(string version, CancellationToken cancellationToken)
    {
        try
        {
            if (!(await policy.ListAsync(Name, cancellationToken).WaitAsync(ListingTimeout, time, cancellationToken)).Contains(version))
            {
                throw new VersionRefusedException($"Version {version} of agent {Name} has no files.") { IsMissing = true };
            }
        }
        catch (Exception exception) when (exception is PolicyUnavailableException or TimeoutException)
        {
            // It has just loaded the version: that it does not list any is no reason to refuse it.
        }
    }

    private AgentState MoveTo(AgentState serving, string version)
    {
        var current = serving.Current ?? Definition.InitialVersion;
        var next = serving with { Current = version, Fallback = null };
        return version == current ? next : next with { Previous = current };
    }

    /// <summary>The state is written whole at every change: without a bound a learner that publishes every second would fill the disk with it.</summary>
    private AgentState Forget(AgentState serving)
    {
        var surplus = serving.Versions.Length - options.Value.RememberedVersions;
        if (surplus <= 0)
        {
            return serving;
        }

        string?[] needed = [serving.Current, serving.Previous, serving.Candidate];
        return serving with { Versions = [.. serving.Versions.Where((version, place) => place >= surplus || needed.Contains(version.Version))] };
    }

    private async Task ChangeAsync(AgentState next)
    {
        var before = _serving;
        next = next with { Revision = before.Revision + 1 };
        state.State = next;
        try
        {
            await state.WriteStateAsync();
        }
        catch (Exception exception)
        {
            // Whether it was written is not known: this activation ends, the next one reads what is there.
            DeactivateOnIdle();
            throw new StorageUnavailableException(
                $"Agent {Name} could not store its change of version: send the same request again.", options.Value.AdmissionRetryAfter, exception);
        }

        _serving = next;
        await TellSilosAsync();
        if (before.Current != next.Current)
        {
            var version = View().Current;
            var step = next.Versions.FirstOrDefault(known => known.Version == version)?.Step ?? 0;
            _ = History.ServesAsync(new ServedVersion { Version = version, ServedAt = time.GetUtcNow(), Step = step });
            LogServes(Name, version, View().Previous);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Agent {Agent} serves {Version}, before {Previous}")]
    private partial void LogServes(string agent, string version, string? previous);
}
