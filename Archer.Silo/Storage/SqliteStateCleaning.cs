using Archer.Grains.Storage;
using Archer.Replay.Sqlite;

namespace Archer.Silo.Storage;

/// <summary>Overwritten states leave the files with a checkpoint that empties the database's log.</summary>
internal sealed class SqliteStateCleaning(SqliteDatabase database) : IStateCleaning
{
    public Task CleanAsync(CancellationToken cancellationToken) => database.CleanAsync(cancellationToken);
}
