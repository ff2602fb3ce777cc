using Archer.Grains;
using Archer.Silo.Storage;
using Archer.Testing;
using Archer.Testing.Grains;

namespace Archer.Silo.Tests.Retention;

/// <summary>Expiry in a database file.</summary>
public sealed class SqliteRetentionTests : RetentionContract
{
    private protected override Task<RetentionPlatform> StartAsync(params (string Key, string Value)[] settings)
    {
        var directory = new TemporaryDirectory();
        return RetentionPlatform.StartAsync(
            (silo, _) => silo.UseTestPlace().AddSqlite(directory.Path).AddSqliteGrainStorage(StorageNames.State).UseSqliteReminderService(),
            () =>
            {
                directory.Dispose();
                return ValueTask.CompletedTask;
            },
            settings);
    }
}
