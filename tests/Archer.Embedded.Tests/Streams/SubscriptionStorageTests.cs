using Archer.Embedded.Tests.Fixture;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Hosting;
using Orleans.Storage;
using Orleans.Streams;

namespace Archer.Embedded.Tests.Streams;

/// <summary>After a write that failed events go to the subscriptions that storage has, and more can be made.</summary>
public sealed class SubscriptionStorageTests(SubscriptionStorageTests.Cluster cluster) : IClassFixture<SubscriptionStorageTests.Cluster>
{
    [Fact]
    public async Task Subscribe_ThatFailsThoughItWasStored_IsKnown_AndLaterChangesWork()
    {
        var consumer = Consumer("stored");
        cluster.Storage.Fail(Fault.WriteAfterStoring);
        await Assert.ThrowsAsync<IOException>(() => consumer.Subscribe("faulty", "stored"));
        await Producer.Produce("faulty", "stored", "a");
        await Seen.Wait("stored", 1);

        await consumer.Unsubscribe("faulty", "stored");
        await Producer.Produce("faulty", "stored", "b");
        await consumer.Subscribe("faulty", "stored");
        await Producer.Produce("faulty", "stored", "c");

        await Seen.Wait("stored", 2);
        Assert.Equal(["a", "c"], Seen.Of("stored"));
    }

    [Fact]
    public async Task Subscribe_ThatFailsAndWasNotStored_IsNone_AndLaterChangesWork()
    {
        var consumer = Consumer("not stored");
        cluster.Storage.Fail(Fault.WriteBeforeStoring, Fault.Read);
        await Assert.ThrowsAsync<IOException>(() => consumer.Subscribe("faulty", "not stored"));
        await Producer.Produce("faulty", "not stored", "a");

        await consumer.Subscribe("faulty", "not stored");
        await Producer.Produce("faulty", "not stored", "b");

        await Seen.Wait("not stored", 1);
        Assert.Equal(["b"], Seen.Of("not stored"));
    }

    [Fact]
    public async Task Unsubscribe_ThatFailsThoughItWasStored_Ends_AndLeavesObserversOutsideOfGrains()
    {
        var consumer = Consumer("ends");
        await consumer.Subscribe("faulty", "ends");
        await cluster.Client.GetStreamProvider("streams").GetStream<string>("faulty", "ends").SubscribeAsync((item, _) =>
        {
            Seen.Add("ends outside", item);
            return Task.CompletedTask;
        });
        cluster.Storage.Fail(Fault.WriteAfterStoring);
        await Assert.ThrowsAsync<IOException>(() => consumer.Unsubscribe("faulty", "ends"));

        await Producer.Produce("faulty", "ends", "a");
        await consumer.Subscribe("faulty", "ends");
        await Producer.Produce("faulty", "ends", "b");

        await Seen.Wait("ends outside", 2);
        await Seen.Wait("ends", 1);
        Assert.Equal(["b"], Seen.Of("ends"));
    }

    private IProducerGrain Producer => cluster.Grains.GetGrain<IProducerGrain>("p");

    private IExplicitConsumerGrain Consumer(string key) => cluster.Grains.GetGrain<IExplicitConsumerGrain>(key);

    public sealed class Cluster : TestCluster
    {
        internal FaultyStorage Storage { get; } = new();

        protected override void Configure(ISiloBuilder silo) => silo.Services.AddKeyedSingleton<IGrainStorage>("PubSubStore", Storage);
    }
}
