using System.Collections.Concurrent;
using Archer.Embedded.Tests.Fixture;
using Orleans;
using Orleans.Runtime;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace Archer.Embedded.Tests.Streams;

/// <summary>What consumers saw, by grain key.</summary>
internal static class Seen
{
    public static readonly ConcurrentDictionary<string, ConcurrentQueue<string>> ByKey = new();

    public static void Add(string key, string what) => ByKey.GetOrAdd(key, _ => new()).Enqueue(what);

    public static string[] Of(string key) => ByKey.TryGetValue(key, out var all) ? [.. all] : [];

    public static Task Wait(string key, int count) => Eventually.True(() => Of(key).Length >= count, $"{count} items at {key}");
}

public interface IProducerGrain : IGrainWithStringKey
{
    Task Produce(string ns, string key, params string[] items);

    Task ProduceTo(string provider, string ns, string key, params string[] items);

    Task ProduceBatch(string ns, string key, string[] items);
}

[GrainType("producer")]
public sealed class ProducerGrain : Grain, IProducerGrain
{
    public Task Produce(string ns, string key, params string[] items) => ProduceTo("streams", ns, key, items);

    public async Task ProduceTo(string provider, string ns, string key, params string[] items)
    {
        var stream = this.GetStreamProvider(provider).GetStream<string>(ns, key);
        foreach (var item in items)
        {
            await stream.OnNextAsync(item);
        }
    }

    public Task ProduceBatch(string ns, string key, string[] items) =>
        this.GetStreamProvider("streams").GetStream<string>(ns, key).OnNextBatchAsync(items);
}

public interface IConsumerGrain : IGrainWithStringKey;

/// <summary>Learns of its stream from the first item.</summary>
[ImplicitStreamSubscription("observed")]
[GrainType("observing-consumer")]
public sealed class ObservingConsumerGrain : Grain, IConsumerGrain, IStreamSubscriptionObserver
{
    private int _failures;

    public async Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => await handleFactory.Create<string>().ResumeAsync(
        async (item, token) =>
        {
            var key = this.GetPrimaryKeyString();
            if (item.StartsWith("hold", StringComparison.Ordinal))
            {
                await Gate.Named(item).Pass();
            }

            if (item == "fail twice" && _failures++ < 2)
            {
                throw new ApplicationException("again, please");
            }

            if (item == "fail always")
            {
                _failures++;
                throw new ApplicationException("never");
            }

            Seen.Add(key, RequestContext.Get("tenant") is string tenant ? $"{item} of {tenant}" : item);
        },
        error =>
        {
            Seen.Add(this.GetPrimaryKeyString(), $"error {error.GetType().Name}");
            return Task.CompletedTask;
        },
        () =>
        {
            Seen.Add(this.GetPrimaryKeyString(), "completed");
            return Task.CompletedTask;
        });
}

/// <summary>Subscribes to its implicit stream when it is activated.</summary>
[ImplicitStreamSubscription("subscribed")]
[GrainType("subscribing-consumer")]
public sealed class SubscribingConsumerGrain : Grain, IConsumerGrain
{
    public override async Task OnActivateAsync(CancellationToken cancellationToken) =>
        await this.GetStreamProvider("streams").GetStream<string>("subscribed", this.GetPrimaryKeyString()).SubscribeAsync((item, token) =>
        {
            Seen.Add(this.GetPrimaryKeyString(), item);
            return Task.CompletedTask;
        });
}

public interface IExplicitConsumerGrain : IGrainWithStringKey
{
    Task Subscribe(string ns, string key);

    Task SubscribeInBatches(string ns, string key);

    Task Unsubscribe(string ns, string key);

    Task Leave();
}

[GrainType("explicit-consumer")]
public sealed class ExplicitConsumerGrain : Grain, IExplicitConsumerGrain
{
    public static readonly ConcurrentDictionary<string, bool> Deactivated = new();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        foreach (var handle in await Stream("explicit", "resumed").GetAllSubscriptionHandles())
        {
            await handle.ResumeAsync((item, token) => Note($"resumed {item}"));
        }
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Deactivated[this.GetPrimaryKeyString()] = true;
        return Task.CompletedTask;
    }

    public Task Subscribe(string ns, string key) => Stream(ns, key).SubscribeAsync((item, token) => Note(item));

    public Task SubscribeInBatches(string ns, string key) =>
        Stream(ns, key).SubscribeAsync(items => Note(string.Join(",", items.Select(item => $"{item.Item}:{item.Token.EventIndex}"))));

    public async Task Unsubscribe(string ns, string key)
    {
        foreach (var handle in await Stream(ns, key).GetAllSubscriptionHandles())
        {
            await handle.UnsubscribeAsync();
        }
    }

    public Task Leave()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    private Task Note(string what)
    {
        Seen.Add(this.GetPrimaryKeyString(), what);
        return Task.CompletedTask;
    }

    private IAsyncStream<string> Stream(string ns, string key) => this.GetStreamProvider("streams").GetStream<string>(ns, key);
}
