using Archer.Client.Conversations;
using Microsoft.Extensions.Logging;

namespace Archer.Grains.Agents;

/// <content>The silos that have conversations with this agent: what they report, and what they are told.</content>
internal sealed partial class AgentGrain
{
    /// <summary>A silo that has been silent for so long is gone, or has nothing to do with this agent any more.</summary>
    private static readonly TimeSpan SiloTimeout = TimeSpan.FromSeconds(15);

    /// <summary>Longest time that a change waits for the silos that are told: one that does not answer asks by itself within <see cref="AgentOptions.ServingAge"/>.</summary>
    private static readonly TimeSpan PushTimeout = TimeSpan.FromMilliseconds(500);

    private readonly Dictionary<string, ReportingSilo> _silos = [];
    private readonly AdmittedConversations _admitted = new(4_096);

    private int Waiting => _silos.Values.Sum(silo => silo.Waiting);

    public Task<AgentServing> GetServingAsync() => Task.FromResult(Serving());

    public Task<AgentServing> ReportSiloAsync(SiloReport report)
    {
        _ = Definition;
        var silo = FindSilo(report.Silo);
        silo.Observer = report.Observer;
        if (report.Number > silo.LastNumber)
        {
            silo.LastNumber = report.Number;
            Count(silo, report);
        }

        if (report.Permits is { } left && report.PermitRequest == silo.LastRequest)
        {
            // A grant whose answer was lost, or permits that the silo gives back.
            _pace.Release(silo.Permits - left);
            silo.Permits = left;
        }

        return Task.FromResult(Serving());
    }

    public async Task<PermitGrant> AcquirePermitsAsync(PermitRequest request)
    {
        _ = Definition;
        var silo = FindSilo(request.Silo);
        (silo.LastRequest, silo.Waiting) = (request.Number, request.Waiting);

        // A silo that stops waits for what its grains are at: whoever waits here asks again, where the agent lives then.
        var granted = await _pace.TryAdmitAsync(options.Value.AdmissionTimeout, lifetime.ApplicationStopping) ? 1 : 0;
        while (granted > 0 && granted < request.Permits && _pace.TryAdmit())
        {
            granted++;
        }

        silo.Permits += granted;
        silo.Waiting = 0;
        silo.SeenAt = time.GetTimestamp();
        return new PermitGrant { Permits = granted, Lag = _pace.Lag, Serving = Serving() };
    }

    private void Count(ReportingSilo silo, SiloReport report)
    {
        _turns.Add(report.Turns);
        foreach (var (request, isRelease) in report.Admissions)
        {
            if (isRelease)
            {
                Release(request);
            }
            else
            {
                Admit(silo, request);
            }
        }

        foreach (var episode in report.Episodes)
        {
            Count(episode);
        }
    }

    /// <summary>A permit counts from when it is given; a live conversation, and one with a permit of an earlier activation, from when it is told.</summary>
    private void Admit(ReportingSilo silo, AdmissionRequest request)
    {
        var isNew = !_admitted.Contains(request.Conversation);
        _admitted.Add(request.Conversation);
        var isCounted = request.Simulated && silo.Permits > 0;
        silo.Permits -= isCounted ? 1 : 0;
        if (isNew && !isCounted)
        {
            _pace.Admit();
        }
        else if (!isNew && isCounted)
        {
            // It started before, and its silo died before that was stored: it counts once.
            _pace.Release(1);
        }
    }

    private void Release(AdmissionRequest request)
    {
        if (request.Split != ReplaySplit.HoldOut && !_pace.HasConsumed(request.WholeAt))
        {
            _admitted.Remove(request.Conversation);
            _pace.Release(1);
        }
    }

    private void Count(EpisodeSummary summary)
    {
        if (summary is { Train: true, Turns: 0 })
        {
            _pace.Release(1);
        }
        else if (summary.Train && Definition.IsReturn(summary.Return) && _window.TryAdd(new EpisodeReturn(summary.Conversation, summary.Return)))
        {
            statistics.State = statistics.State with { Conversations = statistics.State.Conversations + 1 };
            _dirty = true;
        }
    }

    private AgentServing Serving() => new()
    {
        Agent = Name,
        Revision = _serving.Revision,
        Version = _serving.Current ?? Definition.InitialVersion,
        Candidate = _serving.Candidate,
        CanaryShare = _serving.CanaryShare,
    };

    private ReportingSilo FindSilo(string name)
    {
        if (!_silos.TryGetValue(name, out var silo))
        {
            _silos[name] = silo = new ReportingSilo();
        }

        silo.SeenAt = time.GetTimestamp();
        return silo;
    }

    /// <summary>What a silo that is gone had not used goes to the others.</summary>
    private void ForgetSilos()
    {
        foreach (var (name, silo) in _silos.Where(known => known.Value.Waiting == 0 && time.GetElapsedTime(known.Value.SeenAt) > SiloTimeout).ToList())
        {
            _silos.Remove(name);
            _pace.Release(silo.Permits);
        }
    }

    /// <summary>Tells every silo what serves from here on.</summary>
    private async Task TellSilosAsync()
    {
        var serving = Serving();
        var told = _silos.Values.Select(silo => silo.Observer).OfType<IServingObserver>().Select(observer => observer.ServeAsync(serving)).ToList();
        try
        {
            await Task.WhenAll(told).WaitAsync(PushTimeout, time);
        }
        catch (Exception exception)
        {
            // Whatever keeps a silo from being told: its copy is out of date soon, and then it asks.
            LogNotTold(Name, serving.Version, exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Agent {Agent}: a silo was not told at once that {Version} serves")]
    private partial void LogNotTold(string agent, string version, Exception exception);

    private sealed class ReportingSilo
    {
        public IServingObserver? Observer { get; set; }

        public long LastNumber { get; set; }

        public long LastRequest { get; set; }

        /// <summary>Permits that it was given and has not told to have used.</summary>
        public int Permits { get; set; }

        public int Waiting { get; set; }

        public long SeenAt { get; set; }
    }
}
