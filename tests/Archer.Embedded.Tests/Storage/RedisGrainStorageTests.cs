using Archer.Embedded.Storage;
using Archer.Testing.Contracts;
using Archer.Testing.Redis;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Archer.Embedded.Tests.Storage;

[NeedsRedis]
public sealed class RedisGrainStorageTests : GrainStorageContract, IAsyncLifetime
{
    private RedisServer? _server;

    public async Task InitializeAsync() => _server = await RedisServer.StartAsync();

    public async Task DisposeAsync() => await _server!.DisposeAsync();

    protected override async Task<GrainStorageLease> OpenAsync()
    {
        var connection = await _server!.ConnectAsync();
        return new GrainStorageLease(
            new RedisGrainStorage("test", connection, new RedisGrainStorageOptions()), async () => await connection.CloseAsync());
    }

    [RedisFact]
    public async Task Write_AcrossAKillOfTheServer_KeepsWhatWasAcknowledged()
    {
        await using var lease = await OpenAsync();
        var grain = GrainId.Create("conversation", "1");
        var state = await lease.WriteAsync(grain, "acknowledged");

        await _server!.KillAsync();
        var error = await Assert.ThrowsAsync<IOException>(() => lease.Storage.WriteStateAsync("notes", grain, state));
        Assert.StartsWith(
            "Tried to write state \"notes\" of grain conversation/1 in Redis storage \"test\": ", error.Message, StringComparison.Ordinal);
        await _server.RestartAsync();

        await WriteOnceTheServerIsBackAsync(lease.Storage, grain, state);
        var read = await lease.ReadAsync(grain);
        Assert.Equal(("acknowledged", state.ETag), (read.State.Text, read.ETag));
    }

    private static async Task WriteOnceTheServerIsBackAsync(IGrainStorage storage, GrainId grain, GrainState<Notes> state)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            try
            {
                await storage.WriteStateAsync("notes", grain, state);
                return;
            }
            catch (IOException) when (!deadline.IsCancellationRequested)
            {
                await Task.Yield();
            }
        }
    }
}
