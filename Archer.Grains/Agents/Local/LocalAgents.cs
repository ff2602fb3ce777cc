using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Archer.Grains.Agents.Local;

/// <summary>The agents as this silo knows them. Conversations ask here instead of calling an agent's grain.</summary>
internal sealed class LocalAgents : IServingObserver, ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource _closing = new();
    private readonly ConcurrentDictionary<string, LocalAgent> _agents = new(StringComparer.Ordinal);
    private readonly IGrainFactory _grains;
    private readonly AgentCatalog _catalog;
    private readonly IOptions<AgentOptions> _options;
    private readonly TimeProvider _time;
    private readonly ILogger<LocalAgent> _logger;
    private readonly Lazy<IServingObserver> _self;

    public LocalAgents(
        IGrainFactory grains, AgentCatalog catalog, IOptions<AgentOptions> options, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<LocalAgent> logger)
    {
        (_grains, _catalog, _options, _time, _logger) = (grains, catalog, options, time, logger);
        _self = new Lazy<IServingObserver>(() => grains.CreateObjectReference<IServingObserver>(this));
        (Stopping, Closing) = (lifetime.ApplicationStopping, _closing.Token);
    }

    /// <summary>This process stops: nobody waits here any more.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>The silo is about to leave: what is to be told is told now, and nothing after it.</summary>
    public CancellationToken Closing { get; }

    /// <inheritdoc/>
    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(LocalAgents), ServiceLifecycleStage.Last, _ => Task.CompletedTask, CloseAsync);

    /// <inheritdoc/>
    public void Dispose() => _closing.Dispose();

    /// <summary>Names this process to the agents.</summary>
    public string Silo { get; } = Guid.NewGuid().ToString("N");

    /// <summary>This silo's end of an agent, whether one of that name is configured or not.</summary>
    public LocalAgent Find(string name) =>
        _agents.GetOrAdd(name, added => new LocalAgent(added, this, _grains, _catalog, _options.Value, _time, _logger));

    /// <summary>Whether an agent knows this silo, so that it is told of changes.</summary>
    internal bool IsReported(string name) => Find(name).IsReported;

    private async Task CloseAsync(CancellationToken cancellationToken)
    {
        await _closing.CancelAsync();
        await Task.WhenAny(Task.WhenAll(_agents.Values.Select(agent => agent.Completion)), Task.Delay(StopTimeout, cancellationToken));
    }

    /// <inheritdoc/>
    public Task ServeAsync(AgentServing serving)
    {
        Find(serving.Agent).Take(serving);
        return Task.CompletedTask;
    }

    /// <summary>The reference under which agents reach this silo; made outside of any grain's turn.</summary>
    internal IServingObserver Self => _self.Value;
}
