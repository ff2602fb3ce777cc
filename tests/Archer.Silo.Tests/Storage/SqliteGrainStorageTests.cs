using Archer.Client;
using Archer.Replay.Sqlite;
using Archer.Silo.Storage;
using Archer.Testing;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Orleans.Storage;

namespace Archer.Silo.Tests.Storage;

public sealed class SqliteGrainStorageTests : GrainStorageContract, IDisposable
{
    private static readonly GrainId Grain = GrainId.Create("conversation", "1");
    private readonly TemporaryDirectory _directory = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    public void Dispose()
    {
        _services.Dispose();
        _directory.Dispose();
    }

    protected override Task<GrainStorageLease> OpenAsync()
    {
        var database = SqliteDatabase.Open(_directory.Path);
        return Task.FromResult(new GrainStorageLease(Storage(database), () =>
        {
            database.Dispose();
            return ValueTask.CompletedTask;
        }));
    }

    [Fact]
    public async Task Write_OnAFullDisk_IsUnavailableAndGoesOnWhenThereIsRoom()
    {
        using var database = SqliteDatabase.Open(_directory.Path);
        var storage = Storage(database);
        var state = new GrainState<Notes>(new Notes { Text = new string('x', 100_000) });
        await LimitAsync(database, pages: 1);

        var error = await Assert.ThrowsAsync<StorageUnavailableException>(() => storage.WriteStateAsync("notes", Grain, state));

        Assert.IsType<StorageFullException>(error.InnerException);
        Assert.Null(state.ETag);
        await LimitAsync(database, pages: 1_000_000);
        await storage.WriteStateAsync("notes", Grain, state);
        Assert.NotNull(state.ETag);
    }

    [Fact]
    public async Task Write_OfManyGrainsAtOnce_SharesCommits()
    {
        using var database = SqliteDatabase.Open(_directory.Path);
        var storage = Storage(database);

        await Task.WhenAll(Enumerable.Range(0, 1000).Select(grain => storage.WriteStateAsync(
            "notes", GrainId.Create("conversation", $"{grain}"), new GrainState<Notes>(new Notes { Count = grain }))));

        var read = new GrainState<Notes>();
        await storage.ReadStateAsync("notes", GrainId.Create("conversation", "999"), read);
        Assert.Equal(999, read.State!.Count);
    }

    private SqliteGrainStorage Storage(SqliteDatabase database) => ActivatorUtilities.CreateInstance<SqliteGrainStorage>(
        _services, "test", database, new OrleansGrainStorageSerializer(_services.GetRequiredService<Serializer>()));

    private static Task LimitAsync(SqliteDatabase database, int pages) =>
        database.WriteAsync(session => session.First($"PRAGMA max_page_count = {pages}", row => row.GetInt64(0)));
}
