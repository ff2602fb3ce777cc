using System.Collections.Concurrent;
using System.Collections.Immutable;
using Archer.Embedded.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Archer.Embedded.Streams;

/// <summary>The subscriptions that somebody made, by stream. Those of grains are kept in the storage of subscriptions, when there is one.</summary>
internal sealed partial class ExplicitSubscriptions(string provider, Silo silo, IGrainStorage? storage)
{
    private const string StateName = "subscriptions";

    private readonly ConcurrentDictionary<StreamId, Subscribers> _streams = new();

    /// <summary>The subscriptions of a stream that has been loaded.</summary>
    public ImmutableArray<StreamSubscription> Of(StreamId stream) => _streams.TryGetValue(stream, out var found) ? found.All : [];

    /// <summary>Reads the subscriptions of a stream, once. Nothing to wait for without a storage.</summary>
    public Task LoadAsync(StreamId stream) => storage is null ? Task.CompletedTask : Get(stream).LoadAsync();

    public async Task AddAsync(StreamSubscription subscription)
    {
        var stream = Get(subscription.Stream);
        await ChangeAsync(stream, all => all.Add(subscription), subscription is GrainSubscription);
    }

    public async Task RemoveAsync(StreamSubscription subscription)
    {
        var stream = Get(subscription.Stream);
        await ChangeAsync(stream, all => all.RemoveAll(one => one.Id == subscription.Id), subscription is GrainSubscription);
    }

    private Subscribers Get(StreamId stream) => _streams.GetOrAdd(stream, id => new Subscribers(id, ReadAsync));

    private GrainId IdOf(StreamId stream) => GrainId.Create("archer-stream", $"{provider}/{stream}");

    private async Task ReadAsync(Subscribers stream)
    {
        if (storage is null)
        {
            return;
        }

        await storage.ReadStateAsync(StateName, IdOf(stream.Id), stream.State);
        stream.IsUnknown = false;
        var classes = silo.Catalog.Classes.ToDictionary(c => c.GrainType.ToString());
        stream.All = [.. stream.State.State.Rows
            .Where(row => classes.ContainsKey(row.GrainType))
            .Select(row => new GrainSubscription(row.Id, stream.Id, classes[row.GrainType], IdSpan.Create(row.Key))),
            .. stream.All.Where(subscription => subscription is not GrainSubscription)];
    }

    private async Task ChangeAsync(
        Subscribers stream, Func<ImmutableArray<StreamSubscription>, ImmutableArray<StreamSubscription>> change, bool isDurable)
    {
        await stream.LoadAsync();
        await stream.Gate.WaitAsync();
        try
        {
            if (storage is null || !isDurable)
            {
                stream.All = change(stream.All);
            }
            else
            {
                await StoreAsync(stream, change);
            }
        }
        finally
        {
            stream.Gate.Release();
        }
    }

    private async Task StoreAsync(Subscribers stream, Func<ImmutableArray<StreamSubscription>, ImmutableArray<StreamSubscription>> change)
    {
        if (stream.IsUnknown)
        {
            await ReadAsync(stream);
        }

        var changed = change(stream.All);
        stream.State.State = new SubscriptionRows { Rows = [.. changed.OfType<GrainSubscription>().Select(RowOf)] };
        stream.IsUnknown = true;
        try
        {
            await storage!.WriteStateAsync(StateName, IdOf(stream.Id), stream.State);
        }
        catch
        {
            await TryReadAsync(stream);
            throw;
        }

        stream.IsUnknown = false;
        stream.All = changed;
    }

    // A write that failed may have been stored all the same: events go to whom storage has.
    private async Task TryReadAsync(Subscribers stream)
    {
        try
        {
            await ReadAsync(stream);
        }
        catch (Exception exception)
        {
            // Host boundary: the caller gets what its write failed with; the next change reads.
            LogUnknown(silo.Logger, exception, stream.Id);
        }
    }

    [LoggerMessage(1205, LogLevel.Warning, "It is not known which subscriptions of stream {Stream} are stored, as they could not be read after a write that failed; the next change reads them")]
    private static partial void LogUnknown(ILogger logger, Exception exception, StreamId stream);

    private static SubscriptionRow RowOf(GrainSubscription subscription) =>
        new(subscription.Id, subscription.Class.GrainType.ToString(), subscription.Key.ToString());

    private sealed class Subscribers(StreamId id, Func<Subscribers, Task> read)
    {
        private readonly Lock _loading = new();
        private volatile StreamSubscription[] _all = [];
        private Task? _loaded;

        public StreamId Id => id;

        public SemaphoreSlim Gate { get; } = new(1, 1);

        public GrainState<SubscriptionRows> State { get; } = new(new SubscriptionRows());

        /// <summary>A write failed: what storage has must be read before the next.</summary>
        public bool IsUnknown { get; set; }

        public ImmutableArray<StreamSubscription> All
        {
            get => System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(_all);
            set => _all = [.. value];
        }

        /// <summary>Reads once; again when that failed.</summary>
        public Task LoadAsync()
        {
            lock (_loading)
            {
                return _loaded is null or { IsFaulted: true } or { IsCanceled: true } ? _loaded = read(this) : _loaded;
            }
        }
    }
}

/// <summary>The subscriptions of one stream, as stored.</summary>
internal sealed record SubscriptionRows
{
    public SubscriptionRow[] Rows { get; init; } = [];
}

/// <summary>A subscription of a grain, as stored.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="GrainType">Name of the grain class.</param>
/// <param name="Key">Key of the grain.</param>
internal sealed record SubscriptionRow(Guid Id, string GrainType, string Key);
