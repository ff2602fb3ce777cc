using Archer.Client;
using Archer.Client.Conversations;
using Archer.Testing.Grains;

namespace Archer.Grains.Tests.Policies;

/// <summary>A policy server that breaks its contract reaches no state.</summary>
public sealed class PolicyMismatchTests : IAsyncLifetime
{
    private GrainPlatform _platform = null!;

    public async Task InitializeAsync() => _platform = await GrainPlatform.StartAsync();

    public async Task DisposeAsync() => await _platform.DisposeAsync();

    [Fact]
    public async Task Say_AnswerBreaksItsContract_IsToldAsSuch_AndNothingIsStored()
    {
        var conversation = await _platform.BeginAsync("c");
        await conversation.SayAsync(new UserMessage { Text = "Hi" });
        var state = _platform.Disk.Find("conversation", "c");
        var reply = _platform.Policy.Reply;
        _platform.Policy.Reply = _ => throw new PolicyMismatchException("The answer cannot be used.");

        var failure = await Assert.ThrowsAsync<PolicyMismatchException>(() => conversation.SayAsync(new UserMessage { Text = "Yes.", Key = "k" }));

        Assert.Equal("The answer cannot be used.", failure.Message);
        Assert.Equal(state, _platform.Disk.Find("conversation", "c"));
        Assert.Equal(2, _platform.Policy.Requests.Count);
        _platform.Policy.Reply = reply;
        Assert.Equal(1, (await conversation.SayAsync(new UserMessage { Text = "Yes.", Key = "k" })).Turn);
    }
}
