using System.Collections.Concurrent;
using Archer.Embedded.Storage;
using Archer.Embedded.Tests.Fixture;
using Archer.Testing;
using Archer.Testing.Crashes;
using Orleans;
using Orleans.Runtime;

namespace Archer.Embedded.Tests.Storage;

public sealed class LocalGrainStorageTests : GrainStorageContract, IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    protected override Task<GrainStorageLease> OpenAsync()
    {
        var storage = Open();
        return Task.FromResult(new GrainStorageLease(storage, storage.DisposeAsync));
    }

    [Fact]
    public async Task Clean_WhileGrainsWrite_LosesNothingAndBoundsTheDisk()
    {
        const int Grains = 24;
        const int Writes = 150;
        await using (var storage = Open(segmentBytes: 16 << 10))
        {
            await Task.WhenAll(Enumerable.Range(0, Grains).Select(number => Task.Run(async () =>
            {
                var state = new GrainState<Notes>(new Notes());
                for (var count = 1; count <= Writes; count++)
                {
                    state.State = new Notes { Count = count, Text = new string((char)('a' + number), 200) };
                    await storage.WriteStateAsync("notes", Grain(number), state);
                }
            })));
            Assert.Equal(Grains, storage.Count);
            // The clean-up runs beside the writers: it may be behind when they end, and then catches up by itself.
            await Eventually.True(() => storage.Length < Grains * Writes * 200 / 4, "a clean-up that caught up");
            await storage.CleanAsync();
            Assert.True(storage.Length < Grains * 700, $"{storage.Length} bytes");
            await AssertCountsAsync(storage);
        }

        await using var reopened = Open(segmentBytes: 16 << 10);
        await AssertCountsAsync(reopened);

        static async Task AssertCountsAsync(LocalGrainStorage storage)
        {
            for (var number = 0; number < Grains; number++)
            {
                var state = new GrainState<Notes>();
                await storage.ReadStateAsync("notes", Grain(number), state);
                Assert.Equal(Writes, state.State.Count);
            }
        }
    }

    [Fact]
    public async Task Clean_WhileAGrainIsBusyWithAnAcknowledgedWrite_KeepsItAndWaitsForNobody()
    {
        await using var storage = Open();
        var busy = new HeldScheduler();
        var written = new GrainState<Notes>(new Notes { Text = "kept" });
        var write = Task.Factory.StartNew(() => storage.WriteStateAsync("notes", Grain(1), written), default, TaskCreationOptions.None, busy).Unwrap();
        await Task.Run(busy.RunOne);
        // Records become durable in the order of appending: now the first one is, and its grain does not know.
        await storage.WriteStateAsync("notes", Grain(2), new GrainState<Notes>(new Notes()));

        await storage.CleanAsync().WaitAsync(TimeSpan.FromSeconds(20));

        var read = new GrainState<Notes>();
        await storage.ReadStateAsync("notes", Grain(1), read).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal("kept", read.State.Text);
        await busy.RunUntilAsync(write);
        Assert.Equal(written.ETag, read.ETag);
    }

    [Fact]
    public void MayBeLive_WhileAKeyIsTaken_HoldsForWhatIsNewerThanKnown()
    {
        var index = new StateIndex();
        LogAddress old = new(1, 32, 10), next = new(1, 58, 10);
        Assert.False(index.MayBeLive(7, old, 1));

        // A first write is on the disk and not known yet.
        Assert.Null(index.TryTake(7));
        Assert.True(index.MayBeLive(7, old, 1));
        index.Set(7, new StateEntry(1, old));
        index.Release(7);
        Assert.True(index.MayBeLive(7, old, 1));
        Assert.False(index.MayBeLive(7, next, 2));

        // Another one: both may be it, until its outcome is known.
        Assert.Null(index.TryTake(7));
        Assert.True(index.MayBeLive(7, old, 1));
        Assert.True(index.MayBeLive(7, next, 2));
        index.Set(7, new StateEntry(2, next));
        Assert.False(index.MayBeLive(7, old, 1));
        Assert.True(index.MayBeLive(7, next, 2));

        // A copy that a clean-up made outdates what it copied.
        index.Set(7, new StateEntry(2, new LogAddress(2, 32, 10)));
        Assert.False(index.MayBeLive(7, next, 2));
        index.Release(7);
        Assert.False(index.MayBeLive(7, next, 2));
    }

    [Fact]
    public async Task Clean_AfterAClear_TheBytesHaveLeftTheDisk()
    {
        await using var storage = Open();
        var state = new GrainState<Notes>(new Notes { Text = "my telephone number" });
        await storage.WriteStateAsync("notes", Grain(1), state);
        Assert.True(Holds("my telephone number"u8));

        await storage.ClearStateAsync("notes", Grain(1), state);
        await storage.CleanAsync();

        Assert.False(Holds("my telephone number"u8));
        Assert.Equal(0, storage.Count);
    }

    [Fact]
    public async Task Write_AfterAFailedOne_GoesOnFromTheDisk()
    {
        await using var storage = Open(segmentBytes: 4096);
        var obstacle = LogFiles.Segment(_directory.Path, 2);
        Directory.CreateDirectory(obstacle);
        var state = new GrainState<Notes>(new Notes { Text = new string('a', 2000) });
        await storage.WriteStateAsync("notes", Grain(1), state);
        var etag = state.ETag;
        state.State = new Notes { Text = new string('b', 3000) };

        await Assert.ThrowsAsync<LogFailedException>(() => storage.WriteStateAsync("notes", Grain(1), state));
        Assert.Equal(etag, state.ETag);
        Directory.Delete(obstacle);
        await storage.WriteStateAsync("notes", Grain(1), state);

        var read = new GrainState<Notes>();
        await storage.ReadStateAsync("notes", Grain(1), read);
        Assert.Equal((state.ETag, state.State), (read.ETag, read.State));
    }

    [Fact]
    public async Task Write_OfAStateThatCannotBeSerialized_LeavesTheKeyFree()
    {
        await using var storage = Open();
        var broken = new GrainState<Broken>(new Broken());

        await Assert.ThrowsAsync<InvalidOperationException>(() => storage.WriteStateAsync("notes", Grain(1), broken));

        await storage.WriteStateAsync("notes", Grain(1), new GrainState<Notes>(new Notes())).WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Open_AfterKills_HasEveryAcknowledgedWrite()
    {
        var acknowledged = new Dictionary<int, int>();
        var next = 0;
        for (var life = 0; life < 5; life++)
        {
            foreach (var number in await CrashProcess.RunAndKillAsync("state", _directory.Path, next, writers: 16, killAfter: 60 + (life * 97)))
            {
                acknowledged[number % CrashTarget.StateGrains] = Math.Max(number, acknowledged.GetValueOrDefault(number % CrashTarget.StateGrains));
            }

            await using var storage = Open(segmentBytes: 16 << 10);
            foreach (var (grain, number) in acknowledged)
            {
                var state = new GrainState<CrashState>();
                await storage.ReadStateAsync("crash", CrashTarget.GrainOf(grain), state);
                Assert.InRange(state.State.Number, number, int.MaxValue);
                next = Math.Max(next, state.State.Number + 1);
            }
        }
    }

    [Fact]
    public void Make_WithWrongOptions_ListsEveryProblem()
    {
        var error = Assert.Throws<ArgumentException>(() => new LocalGrainStorage("test", new LocalGrainStorageOptions { SegmentBytes = 1, GarbageShare = 1 }));

        Assert.Equal(
            "Directory is empty, expected a path. SegmentBytes is 1, expected 4096 to 1073741824. "
            + "GarbageShare is 1, expected 0.1 to 0.9. (Parameter 'options')",
            error.Message);
    }

    private static GrainId Grain(int number) => GrainId.Create("conversation", $"{number}");

    private LocalGrainStorage Open(int segmentBytes = 64 << 20) =>
        new("test", new LocalGrainStorageOptions { Directory = _directory.Path, SegmentBytes = segmentBytes });

    private bool Holds(ReadOnlySpan<byte> text)
    {
        foreach (var file in Directory.GetFiles(_directory.Path, "*.log"))
        {
            if (File.ReadAllBytes(file).AsSpan().IndexOf(text) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A grain's scheduler whose turns the test begins.</summary>
    private sealed class HeldScheduler : TaskScheduler
    {
        private readonly BlockingCollection<Task> _waiting = [];

        public void RunOne() => Assert.True(_waiting.TryTake(out var task, TimeSpan.FromSeconds(20)) && TryExecuteTask(task));

        public async Task RunUntilAsync(Task done)
        {
            while (!done.IsCompleted)
            {
                if (_waiting.TryTake(out var task))
                {
                    TryExecuteTask(task);
                }

                await Task.Yield();
            }

            await done;
        }

        protected override void QueueTask(Task task) => _waiting.Add(task);

        protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

        protected override IEnumerable<Task> GetScheduledTasks() => _waiting;
    }

    private sealed class Broken
    {
        public int Value => throw new InvalidOperationException("Cannot be read.");
    }
}
