using Archer.Embedded.Streams;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Streams;

namespace Orleans.Hosting;

/// <summary>Streams in memory.</summary>
public static class SiloBuilderMemoryStreamExtensions
{
    /// <summary>Adds streams in memory under a name.</summary>
    public static ISiloBuilder AddMemoryStreams(
        this ISiloBuilder builder, string name, Action<ISiloMemoryStreamConfigurator>? configure = null)
    {
        configure?.Invoke(new MemoryStreamConfigurator(name, change => change(builder.Services)));
        builder.Services.AddKeyedSingleton(name, static (services, key) => MemoryStreamProvider.Create(services, (string)key!));
        builder.Services.AddKeyedSingleton<IStreamProvider>(
            name, static (services, key) => services.GetRequiredKeyedService<MemoryStreamProvider>(key));
        return builder;
    }
}

/// <summary>Streams as such.</summary>
public static class SiloBuilderStreamingExtensions
{
    /// <summary>Adds what streams need; the embedded host always has it.</summary>
    public static ISiloBuilder AddStreaming(this ISiloBuilder builder) => builder;
}
