using Archer.Client;
using Archer.Client.Agents;
using Archer.Client.Conversations;
using Archer.Testing.Grains;

namespace Archer.Grains.Tests.Agents;

/// <summary>A version that a policy server does not see is not damaged: shared file systems show new directories late.</summary>
[Trait("Category", "Slow")]
public sealed class VisibilityTests
{
    private const string Timeout = "Archer:AgentHost:MissingVersionTimeout";

    [Fact]
    public async Task Announce_NotVisibleYet_IsTransient_AndSucceedsOnceItIs()
    {
        await using var platform = await StartAsync("00:01:30");
        platform.Policy.Available = ["v000000"];

        var refusal = await Assert.ThrowsAsync<VersionNotVisibleException>(() => AnnounceAsync(platform, "v000001"));

        Assert.True(refusal.RetryAfter > TimeSpan.Zero);
        var unchanged = await platform.AgentGrain.ReadAsync();
        Assert.Equal(("v000000", 0), (unchanged.Current, unchanged.Versions.Length));
        platform.Policy.Available = ["v000000", "v000001"];
        var view = await AnnounceAsync(platform, "v000001");
        Assert.Equal(("v000001", null), (view.Current, view.Fallback));
    }

    [Fact]
    public async Task Announce_MissingForTooLong_IsRefused()
    {
        await using var platform = await StartAsync("00:00:00.200");
        platform.Policy.Available = ["v000000"];

        await Eventually.TrueAsync(
            async () => await Record.ExceptionAsync(() => AnnounceAsync(platform, "v000001")) is VersionRefusedException { IsMissing: true }, "the announcement is refused");
    }

    [Fact]
    public async Task Announce_Damaged_IsRefusedAtOnce()
    {
        await using var platform = await StartAsync("00:01:30");
        platform.Policy.Refused["v000001"] = "damaged";

        await Assert.ThrowsAsync<VersionRefusedException>(() => AnnounceAsync(platform, "v000001"));
    }

    [Fact]
    public async Task Serving_NotVisibleForAWhile_IsNotFallenBackFrom()
    {
        await using var platform = await StartAsync("00:01:30");
        platform.Policy.Available = ["v000000", "v000001"];
        await AnnounceAsync(platform, "v000001");
        platform.Policy.Available = ["v000000"];
        platform.Policy.Unanswering["v000001"] = "The model does not exist.";

        var refusal = await Assert.ThrowsAsync<PolicyUnavailableException>(() => SayAsync(platform, "c"));

        Assert.True(refusal.RetryAfter > TimeSpan.Zero);
        Assert.Equal(("v000001", null), await ServingAsync(platform));
        platform.Policy.Available = ["v000000", "v000001"];
        platform.Policy.Unanswering.Clear();
        Assert.Equal("v000001", (await SayAsync(platform, "d")).PolicyVersion);
    }

    [Fact]
    public async Task Serving_MissingForTooLong_IsFallenBackFrom_ThoughNobodySpeaks()
    {
        await using var platform = await StartAsync("00:00:02.500");
        platform.Policy.Available = ["v000000", "v000001"];
        await AnnounceAsync(platform, "v000001");
        platform.Policy.Available = ["v000000"];
        platform.Policy.Unanswering["v000001"] = "The model does not exist.";

        await Assert.ThrowsAsync<PolicyUnavailableException>(() => SayAsync(platform, "c"));

        await Eventually.TrueAsync(async () => await ServingAsync(platform) == ("v000000", "v000001"), "the base serves");
    }

    [Fact]
    public async Task Serving_Damaged_IsFallenBackFromAtOnce()
    {
        await using var platform = await StartAsync("00:01:30");
        platform.Policy.Available = ["v000000", "v000001"];
        await AnnounceAsync(platform, "v000001");
        platform.Policy.Refused["v000001"] = platform.Policy.Unanswering["v000001"] = "model.safetensors is damaged";

        Assert.Equal("v000000", (await SayAsync(platform, "c")).PolicyVersion);
        Assert.Equal(("v000000", "v000001"), await ServingAsync(platform));
    }

    [Fact]
    public async Task Restart_ServingNotVisibleYet_IsLookedForUntilItIs()
    {
        await using var platform = await StartAsync("00:01:30");
        platform.Policy.Available = ["v000000", "v000001"];
        await AnnounceAsync(platform, "v000001");
        await platform.StopAsync();
        platform.Policy.Available = ["v000000"];
        var looks = 0;
        platform.Policy.Loading = version => looks += version == "v000001" ? 1 : 0;

        await platform.RestartAsync();

        await Eventually.TrueAsync(async () => (await platform.AgentGrain.ReadAsync()).Current == "v000001" && looks >= 2, "it is looked for again");
        Assert.Equal(("v000001", null), await ServingAsync(platform));
        platform.Policy.Available = ["v000000", "v000001"];
        var loads = platform.Policy.Loads.Count;
        await Eventually.TrueAsync(() => platform.Policy.Loads.Count > loads, "it is loaded");
        Assert.Equal("v000001", (await SayAsync(platform, "c")).PolicyVersion);
    }

    private static Task<GrainPlatform> StartAsync(string timeout) => GrainPlatform.StartAsync(new KeyValuePair<string, string?>(Timeout, timeout));

    private static Task<AgentView> AnnounceAsync(GrainPlatform platform, string version) =>
        platform.AgentGrain.AnnounceAsync(new AnnounceVersion { Version = version });

    private static async Task<TurnReply> SayAsync(GrainPlatform platform, string id) =>
        await (await platform.BeginAsync(id)).SayAsync(new UserMessage { Text = "a" });

    private static async Task<(string Current, string? FallbackFrom)> ServingAsync(GrainPlatform platform)
    {
        var view = await platform.AgentGrain.ReadAsync();
        return (view.Current, view.Fallback?.From);
    }
}
