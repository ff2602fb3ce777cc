using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;

namespace Archer.Embedded.Tests.Fixture;

/// <summary>A silo with a clock of the test's.</summary>
internal sealed class TimedCluster(TimeProvider time) : TestCluster
{
    protected override void Configure(ISiloBuilder silo) => silo.Services.AddSingleton(time);
}
