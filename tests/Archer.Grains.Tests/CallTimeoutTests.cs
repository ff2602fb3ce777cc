using System.Reflection;
using Archer.Grains.Agents;
using Archer.Grains.Conversations;

namespace Archer.Grains.Tests;

/// <summary>A call that waits for generation, or behind one that does, has the time for it; every other one is short, so that a lost one is found out.</summary>
public sealed class CallTimeoutTests
{
    private static readonly HashSet<string> Waiting =
    [
        "IAgentGrain.AcquirePermitsAsync", "IAgentGrain.AnnounceAsync", "IAgentGrain.ReplaceAsync", "IAgentGrain.RollbackAsync", "IAgentGrain.ServeAsync",
        "IAgentGrain.StartTrainerAsync", "IAgentHistoryGrain.WaitAsync",
        "IConversationGrain.CheckAsync", "IConversationGrain.EndAsync", "IConversationGrain.EraseAsync", "IConversationGrain.RewardAsync",
        "IConversationGrain.SayAsync", "IConversationGrain.StartAsync", "IRetentionGrain.SweepAsync", "IUserGrain.EraseAsync", "IUserPageGrain.EraseAsync",
    ];

    [Fact]
    public void CallsThatWaitForGeneration_AndNoOthers_MayTakeLong()
    {
        var interfaces = typeof(IAgentGrain).Assembly.GetTypes().Where(type => type.IsInterface && type.IsAssignableTo(typeof(IAddressable)));
        var methods = interfaces.SelectMany(type => type.GetMethods()).ToList();

        Assert.Contains(methods, method => method.Name == nameof(IConversationGrain.SayAsync));
        Assert.Equal(Waiting.Order(), methods.Where(method => Timeout(method) is not null).Select(method => $"{method.DeclaringType!.Name}.{method.Name}").Order());
        Assert.All(methods, method => Assert.True(Timeout(method) is null || Timeout(method) == TimeSpan.Parse(CallTimeouts.Generation, null)));
    }

    [Fact]
    public void LongestWaitWithinACall_IsShorterThanTheCall() =>
        Assert.True(CallTimeouts.MaxWait + CallTimeouts.Default <= TimeSpan.Parse(CallTimeouts.Generation, null));

    private static TimeSpan? Timeout(MethodInfo method) => method.GetCustomAttribute<ResponseTimeoutAttribute>()?.Timeout;
}
