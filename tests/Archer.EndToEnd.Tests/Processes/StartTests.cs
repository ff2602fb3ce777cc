using System.Net;
using Archer.Client;
using Archer.Client.Conversations;
using Archer.Client.Http;
using Archer.Testing;
using Archer.Testing.Redis;

namespace Archer.EndToEnd.Tests.Processes;

/// <summary>Starting over, starting twice, starting wrongly: what is there stays unless somebody may remove it.</summary>
[Trait("Category", "Slow")]
public sealed class StartTests : IDisposable
{
    private static readonly string[] Quiet = ["--Archer:Demo:Users=0", "--Archer:Trainer:Enabled=false", "--Archer:StatusSeconds=0"];
    private readonly TemporaryDirectory _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task SecondSilo_OnTheSameData_StopsWithASentence_EvenWhenItIsToStartOver()
    {
        await using var first = await SiloProcess.StartAsync(_data.Path, SiloProcess.FreePort(), Quiet);
        using var client = new ArcherClient(new ArcherClientOptions { Url = first.Url });
        await client.StartAsync(new StartConversation { Agent = "twenty-questions", Id = "kept" });

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => SiloProcess.StartAsync(_data.Path, SiloProcess.FreePort(), [.. Quiet, "--fresh"]));

        Assert.Contains("ended with 2 before", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"The data directory {_data.Path} is in use by another silo", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", failure.Message, StringComparison.Ordinal);
        Assert.Equal("kept", (await client.ReadAsync("kept")).Id);
        Assert.Equal(0, await first.StopAsync());
    }

    [Fact]
    public async Task Fresh_StartsOver_ButNotUnderSettingsThatAreWrong()
    {
        await using (var first = await SiloProcess.StartAsync(_data.Path, SiloProcess.FreePort(), Quiet))
        {
            using var client = new ArcherClient(new ArcherClientOptions { Url = first.Url });
            await client.StartAsync(new StartConversation { Agent = "twenty-questions", Id = "old" });
            await first.StopAsync();
        }

        await Assert.ThrowsAsync<InvalidOperationException>(() => SiloProcess.StartAsync(_data.Path, SiloProcess.FreePort(), "--fresh", "--Archer:StatusSeconds=-1"));
        await using (var second = await SiloProcess.StartAsync(_data.Path, SiloProcess.FreePort(), Quiet))
        {
            using var client = new ArcherClient(new ArcherClientOptions { Url = second.Url });
            Assert.Equal("old", (await client.ReadAsync("old")).Id);
            await second.StopAsync();
        }

        await using var third = await SiloProcess.StartAsync(_data.Path, SiloProcess.FreePort(), [.. Quiet, "--fresh"]);
        using var last = new ArcherClient(new ArcherClientOptions { Url = third.Url });
        var gone = await Assert.ThrowsAsync<ArcherApiException>(() => last.ReadAsync("old"));
        Assert.Equal(HttpStatusCode.NotFound, gone.Status);
    }

    [Fact]
    public async Task Address_Taken_IsSaidWithoutAStackTrace()
    {
        using var other = new TemporaryDirectory();
        var port = SiloProcess.FreePort();
        await using var first = await SiloProcess.StartAsync(_data.Path, port, Quiet);

        // The first silo answers at the address: the second one is known by its exit.
        var start = await SiloProcess.RunToEndAsync(other.Path, port, Quiet);

        Assert.Equal(2, start.ExitCode);
        Assert.Contains($"Failed to bind to address http://127.0.0.1:{port}: address already in use.", start.Output, StringComparison.Ordinal);
        Assert.False(start.Output.Contains("   at ", StringComparison.Ordinal), start.Output);
    }

    [Fact]
    public async Task DataDirectory_ThatIsAFile_IsSaidWithoutAStackTrace()
    {
        var file = _data["file"];
        await File.WriteAllTextAsync(file, "");

        var start = await SiloProcess.RunToEndAsync(file, SiloProcess.FreePort(), Quiet);

        Assert.Equal(2, start.ExitCode);
        Assert.Contains($"The data directory {file} cannot be used: ", start.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", start.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task State_DamagedInside_IsSaidWithItsPlaceAndWithoutAStackTrace()
    {
        await using (var first = await SiloProcess.StartAsync(_data.Path, SiloProcess.FreePort(), Quiet))
        {
            using var client = new ArcherClient(new ArcherClientOptions { Url = first.Url });
            await client.StartAsync(new StartConversation { Agent = "twenty-questions", Id = "one" });
            await client.StartAsync(new StartConversation { Agent = "twenty-questions", Id = "two" });
            await first.StopAsync();
        }

        var file = _data["archer.db"];
        var bytes = await File.ReadAllBytesAsync(file);
        bytes.AsSpan(0, 100).Fill(0x55);
        await File.WriteAllBytesAsync(file, bytes);
        var start = await SiloProcess.RunToEndAsync(_data.Path, SiloProcess.FreePort(), Quiet);

        Assert.Equal(2, start.ExitCode);
        Assert.Contains($"{file} is not a database, or its first page is damaged", start.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", start.Output, StringComparison.Ordinal);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(file));
    }

    [Fact]
    public async Task Redis_NotThere_IsSaidWithoutAStackTrace()
    {
        var start = await SiloProcess.RunToEndAsync(_data.Path, SiloProcess.FreePort(), [.. Quiet, $"--Archer:Redis=127.0.0.1:{SiloProcess.FreePort()},connectTimeout=500"]);

        Assert.Equal(2, start.ExitCode);
        Assert.Contains("  Archer: Redis cannot be used: ", start.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", start.Output, StringComparison.Ordinal);
    }

    [RedisFact]
    public async Task Redis_WithDataOfTheFormerVersion_IsRefused_UntilItMayBeRemoved()
    {
        await using var redis = await RedisServer.StartAsync();
        using var connection = await redis.ConnectAsync();
        await connection.GetDatabase().StringSetAsync("archer:state:conversation/c", "{}");
        string[] settings = [.. Quiet, $"--Archer:Redis={redis.ConnectionString}"];

        var start = await SiloProcess.RunToEndAsync(_data.Path, SiloProcess.FreePort(), settings);

        Assert.Equal(2, start.ExitCode);
        Assert.Contains("Archer: Redis holds data of a former version", start.Output, StringComparison.Ordinal);
        Assert.Contains("--fresh", start.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", start.Output, StringComparison.Ordinal);
        Assert.True(await connection.GetDatabase().KeyExistsAsync("archer:state:conversation/c"));
        await using (var fresh = await SiloProcess.StartAsync(_data.Path, SiloProcess.FreePort(), [.. settings, "--fresh"]))
        {
            Assert.False(await connection.GetDatabase().KeyExistsAsync("archer:state:conversation/c"));
            Assert.Equal(0, await fresh.StopAsync());
        }

        await using var again = await SiloProcess.StartAsync(_data.Path, SiloProcess.FreePort(), settings);
        Assert.Equal(0, await again.StopAsync());
    }
}
