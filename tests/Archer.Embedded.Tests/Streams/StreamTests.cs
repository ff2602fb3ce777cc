using Archer.Embedded.Tests.Fixture;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Streams;

namespace Archer.Embedded.Tests.Streams;

/// <summary>Items arrive in order, each at least once, in the background.</summary>
public sealed class StreamTests(StreamTests.Cluster cluster) : IClassFixture<StreamTests.Cluster>
{
    [Fact]
    public async Task ImplicitSubscriber_GetsItemsOfItsKey_InOrder()
    {
        string[] items = [.. Enumerable.Range(0, 500).Select(i => $"{i}")];
        await Producer.Produce("observed", "in order", items);

        await Seen.Wait("in order", items.Length);
        Assert.Equal(items, Seen.Of("in order"));
    }

    [Fact]
    public async Task ImplicitSubscriber_ThatSubscribesWhenActivated_GetsItems()
    {
        await Producer.Produce("subscribed", "at activation", "a", "b");

        await Seen.Wait("at activation", 2);
        Assert.Equal(["a", "b"], Seen.Of("at activation"));
    }

    [Fact]
    public async Task Producer_DoesNotWaitForItsConsumer()
    {
        await Producer.Produce("observed", "background", "hold background", "b").InTime();
        await Gate.Named("hold background").Reached;
        Assert.Empty(Seen.Of("background"));

        Gate.Named("hold background").Open();
        await Seen.Wait("background", 2);
    }

    [Fact]
    public async Task Streams_WithASlowConsumer_DoNotHoldOthersUp()
    {
        await Producer.Produce("observed", "slow", "hold slow");
        await Gate.Named("hold slow").Reached;

        await Producer.Produce("observed", "fast", "a");

        await Seen.Wait("fast", 1);
        Gate.Named("hold slow").Open();
    }

    [Fact]
    public async Task Item_ThatTheConsumerRefuses_ComesAgain_InOrder()
    {
        await Producer.Produce("observed", "again", "a", "fail twice", "b");

        await Seen.Wait("again", 3);
        Assert.Equal(["a", "fail twice", "b"], Seen.Of("again"));
    }

    [Fact]
    public async Task Item_RefusedForTooLong_IsReportedAndSkipped()
    {
        await Producer.ProduceTo("impatient", "observed", "never", "a", "fail always", "b");

        await Seen.Wait("never", 3);
        Assert.Equal(["a", $"error {nameof(StreamEventDeliveryFailureException)}", "b"], Seen.Of("never"));
    }

    [Fact]
    public async Task Values_OfTheProducer_TravelWithTheItem()
    {
        RequestContext.Set("tenant", "t7");
        await Producer.Produce("observed", "context", "a");

        await Seen.Wait("context", 1);
        Assert.Equal(["a of t7"], Seen.Of("context"));
    }

    [Fact]
    public async Task ExplicitSubscriber_GetsItems_UntilItUnsubscribes()
    {
        var consumer = cluster.Grains.GetGrain<IExplicitConsumerGrain>("explicit");
        await consumer.Subscribe("explicit", "one");
        await Producer.Produce("explicit", "one", "a", "b");
        await Seen.Wait("explicit", 2);

        await consumer.Unsubscribe("explicit", "one");
        await Producer.Produce("explicit", "one", "c");
        await consumer.Subscribe("explicit", "two");
        await Producer.Produce("explicit", "two", "d");

        await Seen.Wait("explicit", 3);
        Assert.Equal(["a", "b", "d"], Seen.Of("explicit"));
    }

    [Fact]
    public async Task ExplicitSubscription_OutlivesTheActivation()
    {
        var consumer = cluster.Grains.GetGrain<IExplicitConsumerGrain>("outlives");
        await consumer.Subscribe("explicit", "resumed");
        await consumer.Leave();
        await Eventually.True(() => ExplicitConsumerGrain.Deactivated.ContainsKey("outlives"), "deactivation");

        await Producer.Produce("explicit", "resumed", "a");

        await Seen.Wait("outlives", 1);
        Assert.Equal(["resumed a"], Seen.Of("outlives"));
    }

    [Fact]
    public async Task Batch_ReachesABatchSubscriberAsOne()
    {
        var consumer = cluster.Grains.GetGrain<IExplicitConsumerGrain>("batch");
        await consumer.SubscribeInBatches("explicit", "batch");

        await Producer.ProduceBatch("explicit", "batch", ["a", "b", "c"]);

        await Seen.Wait("batch", 1);
        Assert.Equal(["a:0,b:1,c:2"], Seen.Of("batch"));
    }

    [Fact]
    public async Task Client_MayWriteAndSubscribe()
    {
        var stream = cluster.Client.GetStreamProvider("streams").GetStream<string>("client", "one");
        var handle = await stream.SubscribeAsync((item, token) =>
        {
            Seen.Add("client", item);
            return Task.CompletedTask;
        });

        await stream.OnNextAsync("a");
        await Seen.Wait("client", 1);
        await handle.UnsubscribeAsync();
        await stream.OnNextAsync("b");

        Assert.Equal(["a"], Seen.Of("client"));
        Assert.Empty(await stream.GetAllSubscriptionHandles());
    }

    [Fact]
    public async Task Stream_HasNoEnd()
    {
        var stream = cluster.Client.GetStreamProvider("streams").GetStream<string>("observed", "completes");

        await Assert.ThrowsAsync<NotImplementedException>(() => stream.OnCompletedAsync());
        await Assert.ThrowsAsync<NotImplementedException>(() => stream.OnErrorAsync(new ApplicationException("end")));
    }

    [Fact]
    public async Task Items_OfManyProducers_AllArriveOnce()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(producer => cluster.Grains.GetGrain<IProducerGrain>($"many {producer}")
            .Produce("observed", "many", [.. Enumerable.Range(0, 100).Select(i => $"{producer}.{i}")])));

        await Seen.Wait("many", 800);
        Assert.Equal(800, Seen.Of("many").Distinct().Count());
    }

    private IProducerGrain Producer => cluster.Grains.GetGrain<IProducerGrain>("p");

    public sealed class Cluster : TestCluster
    {
        protected override void Configure(ISiloBuilder silo) => silo.AddMemoryStreams("impatient", streams =>
            streams.ConfigurePullingAgent(agent => agent.Configure(options => options.MaxEventDeliveryTime = TimeSpan.FromSeconds(1))));
    }
}
