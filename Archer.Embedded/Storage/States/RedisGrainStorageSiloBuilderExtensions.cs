using Archer.Embedded.Storage;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Providers;
using Orleans.Storage;
using StackExchange.Redis;

namespace Archer.Embedded;

/// <summary>Registers <see cref="RedisGrainStorage"/>.</summary>
public static class RedisGrainStorageSiloBuilderExtensions
{
    /// <summary>Adds storage in Redis under a name.</summary>
    public static ISiloBuilder AddRedisGrainStorage(this ISiloBuilder builder, string name, Action<RedisGrainStorageOptions> configure)
    {
        var options = new RedisGrainStorageOptions();
        configure(options);
        if (options.ConnectionString.Length > 0)
        {
            builder.Services.AddKeyedSingleton<IConnectionMultiplexer>(name, (_, _) => Connect(options.ConnectionString));
        }

        builder.Services.AddKeyedSingleton<IGrainStorage>(name, (services, _) => new RedisGrainStorage(
            name,
            services.GetKeyedService<IConnectionMultiplexer>(name) ?? services.GetRequiredService<IConnectionMultiplexer>(),
            options));
        return builder;
    }

    /// <summary>Adds storage in Redis for states that name no storage.</summary>
    public static ISiloBuilder AddRedisGrainStorageAsDefault(this ISiloBuilder builder, Action<RedisGrainStorageOptions> configure) =>
        builder.AddRedisGrainStorage(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, configure);

    /// <summary>A server that is not there yet is no reason not to start: the client goes on trying.</summary>
    private static ConnectionMultiplexer Connect(string connectionString)
    {
        var configuration = ConfigurationOptions.Parse(connectionString);
        configuration.AbortOnConnectFail = false;
        return ConnectionMultiplexer.Connect(configuration);
    }
}
