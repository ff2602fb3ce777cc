using Archer.Embedded.Tests.Fixture;
using Orleans;
using Orleans.Hosting;

namespace Archer.Embedded.Tests.Calls;

public interface IFilteredGrain : IGrainWithStringKey
{
    Task<string> Greet(string name);

    Task<int> Refused();

    Task Quiet();
}

[GrainType("filtered")]
public sealed class FilteredGrain : Grain, IFilteredGrain, IIncomingGrainCallFilter
{
    public Task<string> Greet(string name) => Task.FromResult($"hello {name}");

    public Task<int> Refused() => Task.FromResult(1);

    public Task Quiet() => Task.CompletedTask;

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        await context.Invoke();
        if (context.Result is string text)
        {
            context.Result = text + "!";
        }
    }
}

public sealed class FilterTests(FilterTests.Cluster cluster) : IClassFixture<FilterTests.Cluster>
{
    [Fact]
    public async Task Filters_RunAroundTheCall_SiloThenGrain() =>
        Assert.Equal("[IFilteredGrain.Greet filtered/f Greet hello you!]", await Grain.Greet("you"));

    [Fact]
    public async Task Filter_MayRefuseACall() => await Assert.ThrowsAsync<UnauthorizedAccessException>(() => Grain.Refused());

    [Fact]
    public async Task Filter_AroundACallWithoutResult_Completes() => await Grain.Quiet();

    private IFilteredGrain Grain => cluster.Grains.GetGrain<IFilteredGrain>("f");

    public sealed class Cluster : TestCluster
    {
        protected override void Configure(ISiloBuilder silo) => silo.AddIncomingGrainCallFilter(async context =>
        {
            if (context.MethodName == nameof(IFilteredGrain.Refused))
            {
                throw new UnauthorizedAccessException();
            }

            await context.Invoke();
            if (context.Result is string text)
            {
                var method = $"{context.InterfaceMethod.DeclaringType!.Name}.{context.InterfaceMethod.Name}";
                context.Result = $"[{method} {context.TargetId} {context.ImplementationMethod.Name} {text}]";
            }
        });
    }
}
