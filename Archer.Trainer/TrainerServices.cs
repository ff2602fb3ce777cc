using Archer.Client.Http;
using Archer.Trainer.Publication;
using Microsoft.Extensions.DependencyInjection;

namespace Archer.Trainer;

/// <summary>The trainer as a role of a host.</summary>
public static class TrainerServices
{
    /// <summary>Trains one agent while the host runs. The host has an <see cref="Archer.Client.Replay.IReplayStore"/> and a <see cref="TimeProvider"/>.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="options">Settings.</param>
    /// <param name="client">A client of the silo; called once, after the host has started.</param>
    /// <exception cref="ArgumentException">The options are not usable; all problems are listed.</exception>
    public static IServiceCollection AddTrainer(this IServiceCollection services, TrainerOptions options, Func<IServiceProvider, ArcherClient> client)
    {
        options.Validate();
        services.AddSingleton(options);
        services.AddSingleton<IAgentLink>(provider => new HttpAgentLink(client(provider), options.Agent));
        return services.AddHostedService<TrainerService>();
    }
}
