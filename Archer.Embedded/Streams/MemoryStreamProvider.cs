using System.Collections.Concurrent;
using System.Collections.Immutable;
using Archer.Embedded.Activations;
using Archer.Embedded.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Providers;
using Orleans.Runtime;
using Orleans.Storage;
using Orleans.Streams;

namespace Archer.Embedded.Streams;

/// <summary>Streams in memory: each subscription has its own queue, which a pump empties in the background.</summary>
internal sealed partial class MemoryStreamProvider(
    string name, Silo silo, ExplicitSubscriptions explicitSubscriptions, StreamPullingAgentOptions options, ILogger<MemoryStreamProvider> logger)
    : IStreamProvider
{
    private readonly ConcurrentDictionary<string, ImmutableArray<GrainClass>> _implicit = new();
    private readonly ConcurrentDictionary<Guid, StreamPump> _pumps = new();
    private readonly Lock _publishing = new();
    private long _lastNumber;

    public string Name => name;

    public bool IsRewindable => false;

    public Silo Silo => silo;

    public StreamPullingAgentOptions Options => options;

    public ILogger Logger => logger;

    public static MemoryStreamProvider Create(IServiceProvider services, string name) => new(
        name,
        services.GetRequiredService<Silo>(),
        new ExplicitSubscriptions(
            name,
            services.GetRequiredService<Silo>(),
            services.GetKeyedService<IGrainStorage>(ProviderConstants.DEFAULT_PUBSUB_PROVIDER_NAME)),
        services.GetRequiredService<IOptionsMonitor<StreamPullingAgentOptions>>().Get(name),
        services.GetRequiredService<ILogger<MemoryStreamProvider>>());

    public IAsyncStream<T> GetStream<T>(StreamId streamId) => new EmbeddedStream<T>(this, streamId);

    /// <summary>Queues an event for every subscription. Never waits for a subscriber, only for the list of them on the first write.</summary>
    public Task PublishAsync(StreamId stream, Func<long, Dictionary<string, object>?, StreamEvent> create)
    {
        var loaded = explicitSubscriptions.LoadAsync(stream);
        if (!loaded.IsCompletedSuccessfully)
        {
            return PublishLaterAsync(loaded, stream, create);
        }

        Publish(stream, create);
        return Task.CompletedTask;
    }

    private async Task PublishLaterAsync(Task loaded, StreamId stream, Func<long, Dictionary<string, object>?, StreamEvent> create)
    {
        await loaded;
        Publish(stream, create);
    }

    private void Publish(StreamId stream, Func<long, Dictionary<string, object>?, StreamEvent> create)
    {
        var context = RequestContext.Values.Value;

        // One order for all subscribers of a stream, whoever writes.
        lock (_publishing)
        {
            var streamEvent = create(++_lastNumber, context);
            foreach (var grainClass in ImplicitSubscribers(stream))
            {
                Enqueue(GrainSubscription.Implicit(name, stream, grainClass), streamEvent);
            }

            foreach (var subscription in explicitSubscriptions.Of(stream))
            {
                Enqueue(subscription, streamEvent);
            }
        }
    }

    /// <summary>Subscribes the grain whose turn it is, or an observer outside of grains.</summary>
    public async Task<StreamSubscription> SubscribeAsync(StreamId stream, IStreamReceiver receiver)
    {
        var caller = Activation.Current;
        if (caller is not null && stream.KeySpan == caller.Key && ImplicitSubscribers(stream).Contains(caller.Class))
        {
            var existing = GrainSubscription.Implicit(name, stream, caller.Class);
            Attach(existing, receiver);
            return existing;
        }

        StreamSubscription subscription = caller is null
            ? new ClientSubscription(Guid.NewGuid(), stream)
            : new GrainSubscription(Guid.NewGuid(), stream, caller.Class, caller.Key);
        Attach(subscription, receiver);
        await explicitSubscriptions.AddAsync(subscription);
        return subscription;
    }

    /// <summary>Gives a subscription an observer: in the activation whose turn it is, or outside of grains.</summary>
    public void Attach(StreamSubscription subscription, IStreamReceiver receiver)
    {
        if (subscription is ClientSubscription client)
        {
            client.Receiver = receiver;
            return;
        }

        var grain = (GrainSubscription)subscription;
        if (Activation.Current is not { } activation || activation.Class != grain.Class || activation.Key != grain.Key)
        {
            throw new InvalidOperationException(
                $"A subscription of grain {grain.Class.GrainType}/{grain.Key} can be resumed only by that grain, in one of its turns.");
        }

        (activation.Extras.Receivers ??= [])[subscription.Id] = receiver;
    }

    public async Task UnsubscribeAsync(StreamSubscription subscription)
    {
        await explicitSubscriptions.RemoveAsync(subscription);
        if (_pumps.TryRemove(subscription.Id, out var pump))
        {
            pump.Close();
        }

        Activation.Current?.ExtrasOrNull?.Receivers?.Remove(subscription.Id);
    }

    /// <summary>The subscriptions of the grain whose turn it is; outside of grains those made there.</summary>
    public async Task<IEnumerable<StreamSubscription>> SubscriptionsOfCallerAsync(StreamId stream)
    {
        await explicitSubscriptions.LoadAsync(stream);
        var caller = Activation.Current;
        var found = explicitSubscriptions.Of(stream).Where(subscription => subscription switch
        {
            GrainSubscription grain => caller is not null && grain.Class == caller.Class && grain.Key == caller.Key,
            _ => caller is null,
        });
        return caller is not null && stream.KeySpan == caller.Key && ImplicitSubscribers(stream).Contains(caller.Class)
            ? found.Append(GrainSubscription.Implicit(name, stream, caller.Class))
            : found;
    }

    /// <summary>A pump has nothing to do any more.</summary>
    public void Forget(StreamPump pump) => _pumps.TryRemove(KeyValuePair.Create(pump.Subscription.Id, pump));

    private void Enqueue(StreamSubscription subscription, StreamEvent streamEvent)
    {
        while (!_pumps.GetOrAdd(subscription.Id, static (_, made) => new StreamPump(made.Provider, made.Subscription), (Provider: this, Subscription: subscription))
            .TryEnqueue(streamEvent))
        {
        }
    }

    private ImmutableArray<GrainClass> ImplicitSubscribers(StreamId stream) => _implicit.GetOrAdd(
        stream.GetNamespace() ?? "",
        (ns, classes) => [.. classes.Where(c => c.Subscriptions.Any(s => s.Matches(ns.Length == 0 ? null : ns)))],
        silo.Catalog.Classes);
}
