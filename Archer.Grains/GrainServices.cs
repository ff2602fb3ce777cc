using System.Globalization;
using Archer.Grains.Agents;
using Archer.Grains.Agents.Local;
using Archer.Grains.Conversations;
using Archer.Grains.Policies;
using Archer.Grains.Replay;
using Archer.Grains.Retention;
using Archer.Grains.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Archer.Grains;

/// <summary>Registers what the grains need, apart from storage, streams and the replay store, which a composition chooses.</summary>
public static class GrainServices
{
    /// <summary>Times that a shard may leave without an answer: with <see cref="CallTimeouts.Default"/> the cluster has two minutes to notice a silo's death.</summary>
    private const int LookAttempts = 12;

    /// <summary>Half as much again as the longest time for which NFS clients keep a listing by default.</summary>
    private static readonly TimeSpan SharedDirectoryDelay = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan LookPause = TimeSpan.FromSeconds(2);

    /// <summary>Longest time for which a shard is asked whose silo is known to be gone.</summary>
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(30);

    /// <summary>Adds the agents' catalog, the policy client and the options, checked at start.</summary>
    public static IServiceCollection AddArcherGrains(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<ConversationOptions>().BindConfiguration("Archer:Conversations").ValidateOnStart();
        services.AddOptions<AgentOptions>()
            .BindConfiguration("Archer:AgentHost").PostConfigure<IConfiguration>(ChooseMissingVersionTimeout).ValidateOnStart();
        services.AddOptions<PolicyClientOptions>().BindConfiguration("Archer:PolicyClient").ValidateOnStart();
        services.AddRetentionOptions();
        services.AddOptions<AgentsOptions>().BindConfiguration("Archer").ValidateOnStart();
        services.AddSingleton<IValidateOptions<ConversationOptions>, ConversationOptionsValidator>();
        services.AddSingleton<IValidateOptions<AgentOptions>, AgentOptionsValidator>();
        services.AddSingleton<IValidateOptions<PolicyClientOptions>, PolicyClientOptionsValidator>();
        services.AddSingleton<IValidateOptions<AgentsOptions>, AgentsOptionsValidator>();
        services.TryAddSingleton(provider => new AgentCatalog(provider.GetRequiredService<IOptions<AgentsOptions>>().Value.Definitions));
        services.TryAddSingleton<IStateCleaning, NoStateCleaning>();
        services.TryAddSingleton<ITaskRules, NoTaskRules>();
        services.AddSingleton<LocalAgents>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(provider => provider.GetRequiredService<LocalAgents>());
        services.AddSingleton<TransitionPublisher>();
        services.TryAddSingleton<IPolicyClient>(CreatePolicyClient);
        return services;
    }

    /// <summary>
    /// Has every shard's watch look after its conversations, so that what a crash left behind is ended and sent: called when the silo is up, and when another
    /// one is gone. A shard may not answer until the others know of a silo's death: it is asked again, and the start does not fail.
    /// </summary>
    /// <param name="grains">The grains.</param>
    /// <param name="gone">The silo that is gone; null when this one has started.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    /// <returns>Number of conversations that are looked after.</returns>
    public static async Task<int> LookAtConversationsAsync(this IGrainFactory grains, string? gone = null, CancellationToken cancellationToken = default)
    {
        var counts = await Task.WhenAll(Enumerable.Range(0, TransitionStream.Shards)
            .Select(shard => LookAsync(grains.GetGrain<IConversationWatchGrain>(shard.ToString(CultureInfo.InvariantCulture)), gone, cancellationToken)));
        return counts.Sum();
    }

    private static async Task<int> LookAsync(IConversationWatchGrain watch, string? gone, CancellationToken cancellationToken)
    {
        var (left, paused) = (LookAttempts - 1, TimeSpan.Zero);
        while (true)
        {
            try
            {
                return await watch.LookAsync(gone).WaitAsync(cancellationToken);
            }
            catch (TimeoutException) when (left > 0)
            {
                // The call has waited long enough by itself.
                left--;
            }
            catch (OrleansMessageRejectionException) when (paused < MaxPause)
            {
                paused += LookPause;
                await Task.Delay(LookPause, cancellationToken);
            }
        }
    }

    /// <summary>Files of this machine are seen at once; a policy server elsewhere shares them over a network.</summary>
    private static void ChooseMissingVersionTimeout(AgentOptions agents, IConfiguration configuration) =>
        agents.MissingVersionTimeout ??= string.IsNullOrEmpty(configuration["Archer:PolicyClient:Address"]) ? TimeSpan.Zero : SharedDirectoryDelay;

    private static HttpPolicyClient CreatePolicyClient(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<PolicyClientOptions>>();

        // Connections are renewed, so that a policy server that moved is found again.
        var handler = new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), MaxConnectionsPerServer = options.Value.ConcurrencyLimit };
        return new HttpPolicyClient(new HttpClient(handler), options, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<HttpPolicyClient>>());
    }
}
