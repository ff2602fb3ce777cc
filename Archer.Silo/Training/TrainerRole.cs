using Archer.Client.Http;
using Archer.Silo.Data;
using Archer.Silo.Policies;
using Archer.Silo.Settings;
using Archer.Trainer;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace Archer.Silo.Training;

/// <summary>The trainer inside the silo's process. It speaks to the silo over HTTP as one in a process of its own would.</summary>
internal static class TrainerRole
{
    /// <summary>Adds the trainer, unless <c>Archer:Trainer:Enabled</c> is false.</summary>
    /// <exception cref="OptionsValidationException">The trainer's settings are wrong; all problems are listed.</exception>
    public static void AddTrainer(this WebApplicationBuilder builder, string data)
    {
        var configured = builder.Configuration.GetSection(TrainerOptions.Section).Get<TrainerOptions>() ?? new TrainerOptions();
        if (!configured.Enabled)
        {
            return;
        }

        var options = configured with
        {
            PoliciesDirectory = Path.Combine(data, DataFolders.Policies),
            StateDirectory = Path.Combine(data, DataFolders.Trainer),
        };
        if (options.Problems().ToArray() is { Length: > 0 } problems)
        {
            builder.Services.RefuseStart([.. problems.Select(problem => $"{TrainerOptions.Section}: {problem}.")]);
            return;
        }

        if (builder.Configuration.GetSection($"Archer:Agents:{options.Agent}").Exists())
        {
            // Simulated users wait for the learner's first word: otherwise what the first iteration learns from would depend on who starts faster.
            builder.Configuration[$"Archer:Agents:{options.Agent}:ExpectLearner"] = "true";
        }

        builder.Services.AddTrainer(options, CallThisProcess);
    }

    private static ArcherClient CallThisProcess(IServiceProvider services)
    {
        var addresses = services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses;
        return new ArcherClient(
            new ArcherClientOptions { Url = OwnAddressHandler.Find(addresses)!, Key = services.GetRequiredService<IOptions<SiloOptions>>().Value.Keys.FirstOrDefault() },
            services.GetRequiredService<TimeProvider>());
    }
}
