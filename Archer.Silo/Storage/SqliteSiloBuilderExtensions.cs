using Archer.Grains.Retention;
using Archer.Grains.Storage;
using Archer.Replay;
using Archer.Replay.Sqlite;
using Microsoft.Extensions.Options;
using Orleans.Runtime.Hosting;
using Orleans.Serialization;
using Orleans.Storage;

namespace Archer.Silo.Storage;

/// <summary>Puts the one-machine database into a silo.</summary>
internal static class SqliteSiloBuilderExtensions
{
    /// <summary>Opens the database of a directory at its first use; the host closes it. State cleaning, retention and the replay buffer are on it.</summary>
    public static ISiloBuilder AddSqlite(this ISiloBuilder silo, string directory)
    {
        silo.Services.AddSingleton(_ => SqliteDatabase.Open(directory));
        silo.Services.AddSingleton<IStateCleaning, SqliteStateCleaning>();
        silo.Services.AddSingleton<IRetainedStates, SqliteRetainedStates>();
        silo.Services.AddSingleton<IReplayStore>(services => new SqliteReplayStore(
            services.GetRequiredService<SqliteDatabase>(), services.GetRequiredService<IOptions<ReplayOptions>>().Value));
        return silo;
    }

    /// <summary>Keeps grain state of a storage name in the database, in the same serialised form as in Redis.</summary>
    public static ISiloBuilder AddSqliteGrainStorage(this ISiloBuilder silo, string name)
    {
        silo.Services.AddGrainStorage(name, (services, key) => ActivatorUtilities.CreateInstance<SqliteGrainStorage>(
            services, key, new OrleansGrainStorageSerializer(services.GetRequiredService<Serializer>())));
        return silo;
    }

    /// <summary>Keeps reminders in the database.</summary>
    public static ISiloBuilder UseSqliteReminderService(this ISiloBuilder silo)
    {
        silo.AddReminders();
        silo.Services.AddSingleton<IReminderTable, SqliteReminderTable>();
        return silo;
    }
}
