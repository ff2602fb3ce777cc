using Archer.Embedded.Tests.Fixture;

namespace Archer.Embedded.Tests.Lifecycle;

/// <summary>Where this host is kinder than Orleans, which starts no activation while it stops: grains must not rely on it.</summary>
public sealed class LenientShutdownTests
{
    [Fact]
    public async Task Stop_LetsLastTurnsCallOtherGrains()
    {
        var cluster = new TestCluster();
        await cluster.InitializeAsync();
        await cluster.Grains.GetGrain<ILifeGrain>("calls at end").Activation();

        await cluster.DisposeAsync();

        Assert.Contains(LifeGrain.EventsOf("calls at end"), what => what.StartsWith("other ", StringComparison.Ordinal));
        Assert.Contains("deactivate ShuttingDown", LifeGrain.EventsOf("other at end"));
    }
}
