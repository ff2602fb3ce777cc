using Archer.Client;
using Archer.Client.Agents;
using Microsoft.Extensions.Logging;

namespace Archer.Grains.Agents;

/// <content>What serves when the version that was chosen cannot.</content>
internal sealed partial class AgentGrain
{
    /// <summary>Time between two searches that found nothing: every message to the agent would make one.</summary>
    private static readonly TimeSpan SearchPause = TimeSpan.FromSeconds(10);

    /// <summary>Time between two attempts to have every policy server load what serves, after a restart or when one does not see it.</summary>
    private static readonly TimeSpan CheckPeriod = TimeSpan.FromSeconds(2);

    private DateTimeOffset _searchAgainAt = DateTimeOffset.MinValue;
    private string? _lastLoggedReason;
    private IGrainTimer? _check;

    public async Task<string?> ReplaceAsync(string conversation, string refused, CancellationToken cancellationToken)
    {
        var (chosen, tried) = (Serving().VersionFor(conversation), _serving.Candidate == refused);
        if (chosen != refused)
        {
            // Another conversation has been here before.
            return chosen;
        }

        if (!tried && time.GetUtcNow() < _searchAgainAt)
        {
            return null;
        }

        if (await TryLoadAsync(refused, cancellationToken) is not { } refusal)
        {
            return refused;
        }

        if (MayAppear(refused, refusal))
        {
            WatchServing();
            throw new PolicyUnavailableException(
                $"Version {refused} of agent {Name} is not visible to every policy server yet: {refusal.Message}", CheckPeriod, refusal);
        }

        return tried ? await EndCanaryAsync(refusal) : await FallBackAsync(refused, refusal, cancellationToken);
    }

    /// <summary>
    /// After a restart nobody may say a word before it is known that what serves can: a trainer begins with it, and simulated users wait for the trainer.
    /// </summary>
    private async Task CheckServingAsync(CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() < _searchAgainAt)
        {
            return;
        }

        try
        {
            var current = View().Current;
            var refusal = await TryLoadAsync(current, cancellationToken);
            if (refusal is null || (!MayAppear(current, refusal) && await FallBackAsync(current, refusal, cancellationToken) is not null))
            {
                EndWatch();
            }
        }
        catch (Exception exception) when (exception is PolicyUnavailableException or PolicyMismatchException or StorageUnavailableException)
        {
            // The policy server may start later than this process, or is yet to be repaired; what could not be written is tried again.
        }
    }

    private async Task<string> EndCanaryAsync(VersionRefusedException refusal)
    {
        LogCanaryEnds(Name, _serving.Candidate!, View().Current, refusal.Message);
        await ChangeAsync(_serving with { Candidate = null, CanaryShare = 0 });
        return View().Current;
    }

    private async Task<string?> FallBackAsync(string refused, VersionRefusedException refusal, CancellationToken cancellationToken)
    {
        var available = await policy.ListAsync(Name, cancellationToken);
        foreach (var version in Before(refused).Where(available.Contains))
        {
            if (await TryLoadAsync(version, cancellationToken) is not null)
            {
                continue;
            }

            _lastLoggedReason = null;
            LogFallsBack(Name, refused, version, refusal.Message);
            await ChangeAsync(MoveTo(_serving, version) with
            {
                Fallback = new VersionFallback { From = refused, Reason = refusal.Message, At = time.GetUtcNow() },
            });
            return version;
        }

        _searchAgainAt = time.GetUtcNow() + SearchPause;
        if (_lastLoggedReason != refusal.Message)
        {
            _lastLoggedReason = refusal.Message;
            LogNothingServes(Name, refused, refusal.Message);
        }

        return null;
    }

    /// <summary>Versions before another, newest first. The initial one is the first, announced or not.</summary>
    private IEnumerable<string> Before(string version) => version == Definition.InitialVersion
        ? []
        : _serving.Versions.Select(known => known.Version).TakeWhile(known => known != version).Reverse().Append(Definition.InitialVersion).Distinct();

    /// <summary>Why a version cannot be loaded; null when it is.</summary>
    private async Task<VersionRefusedException?> TryLoadAsync(string version, CancellationToken cancellationToken)
    {
        try
        {
            await policy.LoadAsync(Name, version, cancellationToken);
            _missing.Remove(version);
            return null;
        }
        catch (VersionRefusedException refusal)
        {
            return refusal;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Agent {Agent}: version {Refused} cannot serve any more, {Version} takes its place. {Reason}")]
    private partial void LogFallsBack(string agent, string refused, string version, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Agent {Agent}: version {Refused} cannot be tried any more, {Version} answers alone. {Reason}")]
    private partial void LogCanaryEnds(string agent, string refused, string version, string reason);

    [LoggerMessage(Level = LogLevel.Critical, Message = "Agent {Agent}: version {Refused} cannot serve any more, and no earlier one can take its place. {Reason}")]
    private partial void LogNothingServes(string agent, string refused, string reason);
}
