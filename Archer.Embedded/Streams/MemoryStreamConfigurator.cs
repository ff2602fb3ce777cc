using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;

namespace Archer.Embedded.Streams;

/// <summary>Configures the streams in memory of one name.</summary>
internal sealed class MemoryStreamConfigurator(string name, Action<Action<IServiceCollection>> configure) : ISiloMemoryStreamConfigurator
{
    public string Name => name;

    public Action<Action<IServiceCollection>> ConfigureDelegate => configure;
}
