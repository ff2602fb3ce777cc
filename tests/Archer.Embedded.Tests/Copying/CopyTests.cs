using Archer.Embedded.Tests.Fixture;
using FsCheck;
using FsCheck.Fluent;
using Orleans.Concurrency;
using Orleans.Serialization;

namespace Archer.Embedded.Tests.Copying;

/// <summary>Caller and callee never share what may change.</summary>
public sealed class CopyTests(TestCluster cluster) : IClassFixture<TestCluster>
{
    [Fact]
    public async Task Argument_ChangedAfterTheCall_DoesNotChangeTheGrain()
    {
        var grain = Grain("argument");
        var value = new Mutable { Number = 1, Names = ["a"] };
        await grain.Keep(value);

        value.Number = 2;
        value.Names.Add("b");

        var kept = await grain.Kept();
        Assert.Equal(1, kept.Number);
        Assert.Equal(["a"], kept.Names);
    }

    [Fact]
    public async Task Result_Changed_DoesNotChangeTheGrain()
    {
        var grain = Grain("result");
        await grain.Keep(new Mutable { Names = ["a"] });

        (await grain.Kept()).Names.Add("b");

        Assert.Equal(["a"], (await grain.Kept()).Names);
    }

    [Fact]
    public async Task Argument_ChangedRightAfterSending_IsTheOneThatWasSent()
    {
        var grain = Grain("snapshot");
        var value = new Mutable { Number = 1 };

        var sent = grain.Keep(value);
        value.Number = 2;
        await sent;

        Assert.Equal(1, (await grain.Kept()).Number);
    }

    [Fact]
    public async Task Members_WithoutNumber_StayBehind()
    {
        var grain = Grain("members");
        await grain.Keep(new Mutable { NotNumbered = "lost", Hidden = 7 });

        var kept = await grain.Kept();
        Assert.Null(kept.NotNumbered);
        Assert.Equal(7, kept.Hidden);
    }

    [Fact]
    public async Task Immutable_IsNotCopied()
    {
        var grain = Grain("immutable");
        var value = new Frozen("f", [1]);
        await grain.KeepFrozen(value);
        await grain.KeepWrapped(value.Numbers.AsImmutable());

        Assert.True(await grain.IsSame(value));
        Assert.True(await grain.IsSameWrapped(value.Numbers.AsImmutable()));
    }

    [Fact]
    public async Task CircularReference_StaysCircular()
    {
        var grain = Grain("circle");
        var value = new Mutable { Number = 1 };
        value.Other = new Mutable { Number = 2, Other = value };
        await grain.Keep(value);

        var kept = await grain.Kept();
        Assert.Same(kept, kept.Other!.Other);
        Assert.NotSame(value, kept);
    }

    [Fact]
    public async Task SharedReference_StaysShared()
    {
        var shared = new Mutable { Number = 5 };

        var echo = await Grain("shared").EchoList([.. Enumerable.Repeat(shared, 12)]);

        Assert.All(echo, one => Assert.Same(echo[0], one));
        Assert.NotSame(shared, echo[0]);
    }

    [Fact]
    public async Task CollectionExpressionAndQuery_ArriveAsLists()
    {
        var value = new Mutable { Number = 5 };

        var one = Assert.Single(await Grain("expression").EchoList([value]));
        var query = await Grain("expression").EchoSequence(Enumerable.Range(0, 3).Where(n => n > 0).Select(n => $"{n}"));

        Assert.Equal(5, one.Number);
        Assert.NotSame(value, one);
        Assert.Equal(["1", "2"], query);
    }

    [Fact]
    public async Task Record_WithReadOnlyMembers_IsCopiedDeeply()
    {
        var value = new Thawed("t", [1, 2]) { Items = [new Mutable { Number = 3 }], Lists = { ["x"] = [4] } };

        var echo = await Grain("record").EchoThawed(value);

        Assert.Equal("t", echo.Name);
        Assert.Equal([1, 2], echo.Numbers);
        Assert.Equal(3, echo.Items[0].Number);
        Assert.Equal([4], echo.Lists["x"]);
        Assert.NotSame(value.Numbers, echo.Numbers);
        Assert.NotSame(value.Items[0], echo.Items[0]);
        Assert.NotSame(value.Lists["x"], echo.Lists["x"]);
    }

    [Fact]
    public async Task DerivedType_KeepsItsType()
    {
        var value = new Circle("c", [1.5]);

        var echo = Assert.IsType<Circle>(await Grain("derived").EchoShape(value));

        Assert.Equal(("c", 1.5), (echo.Name, echo.Radius[0]));
        Assert.NotSame(value.Radius, echo.Radius);
    }

    [Fact]
    public async Task StructAndTuple_AreCopiedDeeply()
    {
        var numbers = new[] { 1 };

        var pair = await Grain("struct").EchoPair(new Pair { First = numbers, Second = "s" });
        var tuple = await Grain("struct").EchoTuple((numbers, "t"));

        Assert.Equal("s", pair.Second);
        Assert.Equal("t", tuple.B);
        Assert.Equal([1], pair.First);
        Assert.NotSame(numbers, pair.First);
        Assert.NotSame(numbers, tuple.A);
    }

    [Fact]
    public async Task Object_IsCopiedByItsRuntimeType()
    {
        var value = new Dictionary<string, object> { ["n"] = 1, ["l"] = new List<string> { "a" } };

        var echo = Assert.IsType<Dictionary<string, object>>(await Grain("object").EchoObject(value));

        Assert.Equal(1, echo["n"]);
        Assert.NotSame(value["l"], echo["l"]);
    }

    [Fact]
    public async Task Grid_IsCopied()
    {
        var value = new[,] { { 1, 2 }, { 3, 4 } };

        var echo = await Grain("grid").EchoGrid(value);

        Assert.Equal(value, echo);
        Assert.NotSame(value, echo);
    }

    [Fact]
    public async Task TypeWithoutSerializer_IsRefused() =>
        await Assert.ThrowsAsync<CodecNotFoundException>(() => cluster.Grains.GetGrain<IUnmarkedGrain>("unmarked").Echo(new Unmarked()));

    [Fact]
    public void Collections_OfAnyShape_AreEqualAndApart() => Prop.ForAll(
        ArbMap.Default.ArbFor<Dictionary<int, List<string>>>(),
        value =>
        {
            var copy = (Dictionary<int, List<string>>)Grain("property").EchoObject(value).GetAwaiter().GetResult();
            return copy.Count == value.Count
                && value.All(pair => copy[pair.Key].SequenceEqual(pair.Value) && !ReferenceEquals(copy[pair.Key], pair.Value));
        }).QuickCheckThrowOnFailure();

    private ICopyGrain Grain(string key) => cluster.Grains.GetGrain<ICopyGrain>(key);
}
