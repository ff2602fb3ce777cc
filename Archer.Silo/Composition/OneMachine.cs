using Archer.Grains;
using Archer.Silo.Data;
using Archer.Silo.Storage;

namespace Archer.Silo.Composition;

/// <summary>The place of a single process: a cluster of one silo on free ports of loopback, with state, reminders and replay in one database of the data directory.</summary>
internal static class OneMachine
{
    private const string Name = "archer";

    /// <summary>Stands alone: two platforms on one machine never meet.</summary>
    public static ISiloBuilder UseOneMachine(this ISiloBuilder silo, string data, bool fresh)
    {
        silo.Services.AddSingleton(_ => new DataDirectory(data, fresh));
        return silo
            .UseLocalhostClustering(LoopbackPort.Free(), gatewayPort: 0, serviceId: Name, clusterId: Name)
            .AddSqlite(data)
            .AddSqliteGrainStorage(StorageNames.State)
            .UseSqliteReminderService();
    }
}
