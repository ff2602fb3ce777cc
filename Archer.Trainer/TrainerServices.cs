using Archer.Client.Http;
using Archer.Policy.Tensors;
using Archer.Trainer.Publication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Archer.Trainer;

/// <summary>The trainer as a role of a host.</summary>
public static class TrainerServices
{
    /// <summary>Trains agents, each on a thread of its own, while the host runs. The host has an <see cref="Archer.Replay.IReplayStore"/> and a <see cref="TimeProvider"/>.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="trainers">Settings of each agent that learns.</param>
    /// <param name="client">A client of the silo; called once for each agent, after the host has started.</param>
    /// <exception cref="ArgumentException">The options are not usable; all problems are listed.</exception>
    public static IServiceCollection AddTrainer(
        this IServiceCollection services, IReadOnlyCollection<TrainerOptions> trainers, Func<IServiceProvider, ArcherClient> client)
    {
        services.AddSingleton(_ => new ActiveTrainers(trainers.Count));
        TrainerOptions[] all = [.. trainers];
        if (all.Length > 0)
        {
            TensorDevice[] devices = [.. all.Select(options => options.Device)];
            services.AddHostedService(provider => ActivatorUtilities.CreateInstance<DeviceReport>(provider, (IReadOnlyList<TensorDevice>)devices));
        }

        foreach (var options in all)
        {
            options.Validate();
            services.AddKeyedSingleton<IAgentLink>(options.Agent, (provider, _) => new HttpAgentLink(client(provider), options.Agent));
            // Not AddHostedService, which would take the second agent's trainer for the first's.
            services.AddSingleton<IHostedService>(provider => ActivatorUtilities.CreateInstance<TrainerService>(provider, options));
        }
        return services;
    }
}
