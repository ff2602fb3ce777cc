using Archer.Embedded.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;
using Orleans.Providers;
using Orleans.Storage;

namespace Archer.Embedded;

/// <summary>Registers <see cref="LocalGrainStorage"/>.</summary>
public static class LocalGrainStorageSiloBuilderExtensions
{
    /// <summary>Adds storage in a crash-safe local log under a name.</summary>
    /// <exception cref="ArgumentException">The options are wrong; the message lists every problem.</exception>
    public static ISiloBuilder AddLocalGrainStorage(this ISiloBuilder builder, string name, Action<LocalGrainStorageOptions> configure)
    {
        var options = new LocalGrainStorageOptions();
        configure(options);
        var problems = options.Problems();
        if (problems.Count > 0)
        {
            throw new ArgumentException($"Grain storage \"{name}\": {string.Join(' ', problems)}", nameof(configure));
        }

        builder.Services.AddKeyedSingleton(
            name, (services, _) => new LocalGrainStorage(name, options, services.GetService<ILogger<LocalGrainStorage>>()));
        builder.Services.AddKeyedSingleton<IGrainStorage>(name, (services, _) => services.GetRequiredKeyedService<LocalGrainStorage>(name));
        return builder;
    }

    /// <summary>Adds storage in a crash-safe local log for states that name no storage.</summary>
    public static ISiloBuilder AddLocalGrainStorageAsDefault(this ISiloBuilder builder, Action<LocalGrainStorageOptions> configure) =>
        builder.AddLocalGrainStorage(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, configure);
}
