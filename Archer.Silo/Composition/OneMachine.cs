using System.Net;
using System.Net.Sockets;
using Archer.Grains;
using Archer.Silo.Data;
using Archer.Silo.Storage;

namespace Archer.Silo.Composition;

/// <summary>The place of a single process: a cluster of one silo on free ports of loopback, with its state and its replay in the data directory.</summary>
internal static class OneMachine
{
    private const string Name = "archer";

    /// <summary>Stands alone: two platforms on one machine never meet.</summary>
    public static ISiloBuilder UseOneMachine(this ISiloBuilder silo, string data, bool fresh)
    {
        silo.Services.AddSingleton(_ => new DataDirectory(data, fresh));
        return silo
            .UseLocalhostClustering(FreePort(), gatewayPort: 0, serviceId: Name, clusterId: Name)
            .AddSqlite(data)
            .AddSqliteGrainStorage(StorageNames.State)
            .UseSqliteReminderService();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
