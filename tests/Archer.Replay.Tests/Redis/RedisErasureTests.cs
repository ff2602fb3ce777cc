using Archer.Replay.Redis;
using Archer.Testing.Grains;
using Archer.Testing.Redis;
using Archer.Testing.Replay;
using StackExchange.Redis;

namespace Archer.Replay.Tests;

/// <summary>What docs/operations.md says of an erasure with Redis.</summary>
[Trait("Category", "Slow")]
public sealed class RedisErasureTests
{
    private const string Secret = "the parrot's name is Xanthippe";

    [RedisFact]
    public async Task Erase_ThenRewriteTheLog_OneEntryANode_LeavesTheTextInNoFile()
    {
        await using var server = await RedisServer.StartAsync("--stream-node-max-entries", "1", "--rdbcompression", "no");
        using var connection = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString + ",allowAdmin=true");
        var store = new RedisReplayStore(connection);
        await store.AppendAsync("quiz", [ReplayRows.Of("kept", 0), ReplayRows.Of("erased", 0) with { UserText = Secret }, ReplayRows.Of("kept", 1)]);
        Assert.NotEmpty(FilesWithTheSecret(server));

        Assert.Equal(1, (await store.EraseAsync("quiz", "erased")).Rows);
        await connection.GetDatabase().ExecuteAsync("BGREWRITEAOF");

        await Eventually.TrueAsync(() => FilesWithTheSecret(server).Length == 0, "no file of the server has the erased text");
        Assert.Equal(2, (await store.ReadConversationAsync("quiz", "kept")).Count);
    }

    private static string[] FilesWithTheSecret(RedisServer server)
    {
        try
        {
            return [.. Directory.EnumerateFiles(server.Directory, "*", SearchOption.AllDirectories).Where(file => File.ReadAllBytes(file).AsSpan().IndexOf("Xanthippe"u8) >= 0)];
        }
        catch (FileNotFoundException)
        {
            // A file of the old log went while it was looked for: the next look tells.
            return ["?"];
        }
    }
}
