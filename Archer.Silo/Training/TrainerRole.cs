using Archer.Client.Http;
using Archer.Hosting.Settings;
using Archer.Trainer;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace Archer.Silo.Training;

/// <summary>The trainer inside the silo's process. It speaks to the silo over HTTP as one in a process of its own would.</summary>
internal static class TrainerRole
{
    /// <summary>Adds a trainer for each agent, or for those that <c>Archer:Trainer</c> names; problems are told with all others at the start.</summary>
    public static void AddTrainer(this WebApplicationBuilder builder, string data)
    {
        string[] agents = [.. builder.Configuration.GetSection("Archer:Agents").GetChildren().Select(agent => agent.Key)];
        var trainers = TrainerSection.Read(builder.Configuration.GetSection(TrainerOptions.Section), data, agents);
        var problems = TrainerSection.Problems(trainers)
            .Concat(trainers
                .Where(options => options.Agent.Length > 0 && !agents.Contains(options.Agent))
                .Select(options => $"{TrainerOptions.Section}: there is no agent {options.Agent} to train. Agents are: {string.Join(", ", agents)}."))
            .ToList();
        if (problems.Count > 0)
        {
            builder.Services.RefuseStart<SiloOptions>(problems);
            return;
        }

        foreach (var options in trainers)
        {
            // Simulated users wait for the learner's first word: otherwise what the first iteration learns from would depend on who starts faster.
            builder.Configuration[$"Archer:Agents:{options.Agent}:ExpectLearner"] = "true";
        }

        builder.Services.AddTrainer(trainers, CallThisProcess);
    }

    private static ArcherClient CallThisProcess(IServiceProvider services)
    {
        var addresses = services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses;
        return new ArcherClient(
            new ArcherClientOptions { Url = ListenAddresses.FindOwn(addresses)!, Key = services.GetRequiredService<IOptions<SiloOptions>>().Value.Keys.FirstOrDefault() },
            services.GetRequiredService<TimeProvider>());
    }
}
