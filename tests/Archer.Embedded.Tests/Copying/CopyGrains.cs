using System.Collections.Immutable;
using Orleans;
using Orleans.Concurrency;
using ImmutableAttribute = Orleans.ImmutableAttribute;

namespace Archer.Embedded.Tests.Copying;

[GenerateSerializer]
[Alias("test.mutable")]
public sealed class Mutable
{
    [Id(0)]
    public int Number { get; set; }

    [Id(1)]
    public List<string> Names { get; set; } = [];

    [Id(2)]
    public Mutable? Other { get; set; }

    [Id(3)]
    private int _hidden;

    public string? NotNumbered { get; set; }

    public int Hidden
    {
        get => _hidden;
        set => _hidden = value;
    }
}

[GenerateSerializer]
[Immutable]
[Alias("test.frozen")]
public sealed record Frozen([property: Id(0)] string Name, [property: Id(1)] int[] Numbers);

[GenerateSerializer]
[Alias("test.thawed")]
public sealed record Thawed([property: Id(0)] string Name, [property: Id(1)] int[] Numbers)
{
    [Id(2)]
    public required ImmutableArray<Mutable> Items { get; init; }

    [Id(3)]
    public Dictionary<string, List<int>> Lists { get; init; } = [];
}

[GenerateSerializer]
public abstract record Shape([property: Id(0)] string Name);

[GenerateSerializer]
public sealed record Circle(string Name, [property: Id(0)] double[] Radius) : Shape(Name);

[GenerateSerializer]
public struct Pair
{
    [Id(0)]
    public int[] First;

    [Id(1)]
    public string Second;
}

public sealed class Unmarked
{
    public int Number { get; set; }
}

public interface ICopyGrain : IGrainWithStringKey
{
    Task Keep(Mutable value);

    Task<Mutable> Kept();

    Task<bool> IsSame(Frozen value);

    Task KeepFrozen(Frozen value);

    Task<bool> IsSameWrapped(Immutable<int[]> value);

    Task KeepWrapped(Immutable<int[]> value);

    Task<Thawed> EchoThawed(Thawed value);

    Task<Shape> EchoShape(Shape value);

    Task<object> EchoObject(object value);

    Task<Pair> EchoPair(Pair value);

    Task<(int[] A, string B)> EchoTuple((int[] A, string B) value);

    Task<IReadOnlyList<Mutable>> EchoList(IReadOnlyList<Mutable> value);

    Task<IEnumerable<string>> EchoSequence(IEnumerable<string> value);

    Task<int[,]> EchoGrid(int[,] value);
}

[GrainType("copy")]
public sealed class CopyGrain : Grain, ICopyGrain
{
    private Mutable _kept = new();
    private Frozen? _frozen;
    private int[]? _wrapped;

    public Task Keep(Mutable value)
    {
        _kept = value;
        return Task.CompletedTask;
    }

    public Task<Mutable> Kept() => Task.FromResult(_kept);

    public Task KeepFrozen(Frozen value)
    {
        _frozen = value;
        return Task.CompletedTask;
    }

    public Task<bool> IsSame(Frozen value) => Task.FromResult(ReferenceEquals(_frozen, value));

    public Task KeepWrapped(Immutable<int[]> value)
    {
        _wrapped = value.Value;
        return Task.CompletedTask;
    }

    public Task<bool> IsSameWrapped(Immutable<int[]> value) => Task.FromResult(ReferenceEquals(_wrapped, value.Value));

    public Task<Thawed> EchoThawed(Thawed value) => Task.FromResult(value);

    public Task<Shape> EchoShape(Shape value) => Task.FromResult(value);

    public Task<object> EchoObject(object value) => Task.FromResult(value);

    public Task<Pair> EchoPair(Pair value) => Task.FromResult(value);

    public Task<(int[] A, string B)> EchoTuple((int[] A, string B) value) => Task.FromResult(value);

    public Task<IReadOnlyList<Mutable>> EchoList(IReadOnlyList<Mutable> value) => Task.FromResult(value);

    public Task<IEnumerable<string>> EchoSequence(IEnumerable<string> value) => Task.FromResult(value);

    public Task<int[,]> EchoGrid(int[,] value) => Task.FromResult(value);
}

/// <summary>Of no use: one type without a serializer spoils the whole interface.</summary>
public interface IUnmarkedGrain : IGrainWithStringKey
{
    Task<Unmarked> Echo(Unmarked value);
}

[GrainType("unmarked")]
public sealed class UnmarkedGrain : Grain, IUnmarkedGrain
{
    public Task<Unmarked> Echo(Unmarked value) => Task.FromResult(value);
}
