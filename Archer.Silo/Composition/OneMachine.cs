using System.Net;
using System.Net.Sockets;
using Archer.Client.Replay;
using Archer.Embedded;
using Archer.Embedded.Storage;
using Archer.Grains;
using Archer.Grains.Storage;
using Archer.Silo.Data;
using Microsoft.Extensions.Options;

namespace Archer.Silo.Composition;

/// <summary>The place of a single process: a cluster of one silo on free ports of loopback, with its state and its replay in the data directory.</summary>
internal static class OneMachine
{
    private const string Name = "archer";
    private static readonly TimeSpan ReplayBatchInterval = TimeSpan.FromMilliseconds(10);

    /// <summary>Stands alone: two platforms on one machine never meet.</summary>
    public static ISiloBuilder UseOneMachine(this ISiloBuilder silo, string data, bool fresh)
    {
        silo.Services.AddSingleton(_ => new DataDirectory(data, fresh));
        silo.Services.AddSingleton<IReplayStore>(services => new LocalReplayStore(
            new LocalReplayOptions
            {
                Directory = Path.Combine(data, DataFolders.Replay),
                BatchInterval = ReplayBatchInterval,
                Replay = services.GetRequiredService<IOptions<ReplayOptions>>().Value,
            },
            services.GetRequiredService<ILogger<LocalReplayStore>>()));
        silo.Services.AddSingleton<IStateCleaning>(services => new LocalStateCleaning(services.GetRequiredKeyedService<LocalGrainStorage>(StorageNames.State)));
        return silo
            .UseLocalhostClustering(FreePort(), gatewayPort: 0, serviceId: Name, clusterId: Name)
            .UseInMemoryReminderService()
            .AddLocalGrainStorage(StorageNames.State, options => options.Directory = Path.Combine(data, DataFolders.State));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
