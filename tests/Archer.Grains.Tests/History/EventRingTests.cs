using Archer.Client.History;
using Archer.Grains.History;

namespace Archer.Grains.Tests.History;

public sealed class EventRingTests
{
    [Fact]
    public void After_EveryPlaceThatIsThere_GoesOnWithoutGapOrRepetition()
    {
        var ring = Filled(3_000);
        var all = Read(ring, IdAt(3_000 - EventRing.Size));

        Assert.Equal(Enumerable.Range(3_001 - EventRing.Size, EventRing.Size).Select(IdAt), all.Select(happened => happened.Id));
        Assert.Empty(ring.After(ring.Last));
        Assert.Equal(IdAt(3_000), Assert.Single(ring.After(IdAt(2_999))).Id);
    }

    [Theory]
    [InlineData("ff-1")]
    [InlineData("ff-4000")]
    [InlineData("fe-2999")]
    [InlineData("ff-")]
    [InlineData("ff--1")]
    [InlineData("nonsense")]
    [InlineData("")]
    public void After_PlaceThatIsGone_IsAResetToNow(string id)
    {
        var ring = Filled(3_000);

        var reset = Assert.Single(ring.After(id));

        Assert.Equal((AgentEventType.Reset, ring.Last), (reset.Type, reset.Id));
    }

    [Fact]
    public void Clear_WhoeverWatches_BeginsAnew()
    {
        var ring = Filled(10);
        var before = ring.Last;

        ring.Clear();

        Assert.Equal(AgentEventType.Reset, Assert.Single(ring.After(before)).Type);
        Assert.Empty(ring.After(ring.Last));
    }

    private static string IdAt(int number) => $"ff-{number}";

    private static EventRing Filled(int events)
    {
        var ring = new EventRing(0xff);
        for (var i = 0; i < events; i++)
        {
            ring.Add(id => new AgentEvent { Id = id, Type = AgentEventType.Metrics });
        }

        return ring;
    }

    private static List<AgentEvent> Read(EventRing ring, string after)
    {
        var read = new List<AgentEvent>();
        while (ring.After(after) is { IsEmpty: false } page)
        {
            Assert.InRange(page.Length, 1, EventRing.PageSize);
            read.AddRange(page);
            after = page[^1].Id;
        }

        return read;
    }
}
