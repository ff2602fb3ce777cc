using Archer.Testing.Contracts;
using Orleans.Storage;

namespace Archer.Silo.Tests.Storage;

/// <summary>What every grain storage does; each storage's tests derive from this and run it on real parts.</summary>
public abstract class GrainStorageContract
{
    private static readonly GrainId Grain = GrainId.Create("conversation", "c/1 ü");

    /// <summary>Opens the test's data, which is empty at the first call and stays from one call to the next.</summary>
    protected abstract Task<GrainStorageLease> OpenAsync();

    [ContractFact]
    public async Task Read_UnknownState_IsANewOne()
    {
        await using var lease = await OpenAsync();
        var state = new GrainState<Notes>(new Notes { Text = "left over" }, "7") { RecordExists = true };

        await lease.Storage.ReadStateAsync("notes", Grain, state);

        Assert.Equal((new Notes(), null, false), (state.State, state.ETag, state.RecordExists));
    }

    [ContractFact]
    public async Task Write_ThenRead_IsTheSame()
    {
        await using var lease = await OpenAsync();
        var written = await lease.WriteAsync(Grain, "hello – 🎲");

        var read = await lease.ReadAsync(Grain);

        Assert.Equal("hello – 🎲", read.State!.Text);
        Assert.Equal(float.NegativeInfinity, read.State!.Number);
        Assert.True(read.RecordExists);
        Assert.NotNull(read.ETag);
        Assert.Equal(written.ETag, read.ETag);
    }

    [ContractFact]
    public async Task Write_OfManyNamesAndGrains_KeepsThemApart()
    {
        await using var lease = await OpenAsync();
        (string Name, GrainId Grain)[] keys =
        [
            ("a", GrainId.Create("b", "c")), ("ab", GrainId.Create("c", "d")), ("a", GrainId.Create("bc", "d")), ("a", GrainId.Create("b", "cd")),
        ];
        foreach (var (name, grain) in keys)
        {
            await lease.Storage.WriteStateAsync(name, grain, new GrainState<Notes>(new Notes { Text = $"{name} {grain}" }));
        }

        foreach (var (name, grain) in keys)
        {
            var read = new GrainState<Notes>();
            await lease.Storage.ReadStateAsync(name, grain, read);
            Assert.Equal($"{name} {grain}", read.State!.Text);
        }
    }

    [ContractFact]
    public async Task Write_WithAnOldVersion_IsRefusedAndChangesNothing()
    {
        await using var lease = await OpenAsync();
        var mine = await lease.WriteAsync(Grain, "first");
        var theirs = await lease.ReadAsync(Grain);
        theirs.State = new Notes { Text = "theirs" };
        await lease.Storage.WriteStateAsync("notes", Grain, theirs);
        var before = mine.ETag;
        mine.State = new Notes { Text = "mine" };

        var error = await Assert.ThrowsAsync<InconsistentStateException>(() => lease.Storage.WriteStateAsync("notes", Grain, mine));

        Assert.Equal((theirs.ETag, before), (error.StoredEtag, error.CurrentEtag));
        Assert.Equal(before, mine.ETag);
        Assert.Equal("theirs", (await lease.ReadAsync(Grain)).State!.Text);
    }

    [ContractFact]
    public async Task Write_OfANewStateTwice_IsRefused()
    {
        await using var lease = await OpenAsync();
        await lease.WriteAsync(Grain, "first");

        await Assert.ThrowsAsync<InconsistentStateException>(() => lease.WriteAsync(Grain, "second"));

        Assert.Equal("first", (await lease.ReadAsync(Grain)).State!.Text);
    }

    [ContractFact]
    public async Task Write_ByManyAtOnce_LetsOneOfEachVersionWin()
    {
        await using var lease = await OpenAsync();
        var wins = 0;
        await Task.WhenAll(Enumerable.Range(0, 16).Select(writer => Task.Run(async () =>
        {
            var state = new GrainState<Notes>();
            for (var won = 0; won < 5;)
            {
                await lease.Storage.ReadStateAsync("notes", Grain, state);
                state.State = state.State! with { Count = state.State!.Count + 1 };
                try
                {
                    await lease.Storage.WriteStateAsync("notes", Grain, state);
                    won++;
                    Interlocked.Increment(ref wins);
                }
                catch (InconsistentStateException)
                {
                    // Another won this round.
                }
            }
        })));

        Assert.Equal(80, wins);
        Assert.Equal(80, (await lease.ReadAsync(Grain)).State!.Count);
    }

    [ContractFact]
    public async Task Clear_State_RemovesItAndItsVersionIsOver()
    {
        await using var lease = await OpenAsync();
        var state = await lease.WriteAsync(Grain, "first");
        var stale = await lease.ReadAsync(Grain);

        await lease.Storage.ClearStateAsync("notes", Grain, state);

        Assert.Equal((new Notes(), null, false), (state.State, state.ETag, state.RecordExists));
        Assert.False((await lease.ReadAsync(Grain)).RecordExists);
        await lease.WriteAsync(Grain, "second life");
        await Assert.ThrowsAsync<InconsistentStateException>(() => lease.Storage.WriteStateAsync("notes", Grain, stale));
        await Assert.ThrowsAsync<InconsistentStateException>(() => lease.Storage.ClearStateAsync("notes", Grain, stale));
        Assert.Equal("second life", (await lease.ReadAsync(Grain)).State!.Text);
    }

    [ContractFact]
    public async Task Clear_UnknownState_DoesNothing()
    {
        await using var lease = await OpenAsync();
        var state = new GrainState<Notes>(new Notes());

        await lease.Storage.ClearStateAsync("notes", Grain, state);

        Assert.False((await lease.ReadAsync(Grain)).RecordExists);
    }

    [ContractFact]
    public async Task Reopen_AfterWritesAndClears_HasTheSameStates()
    {
        string? etag;
        await using (var lease = await OpenAsync())
        {
            var kept = await lease.WriteAsync(Grain, "first");
            kept.State = new Notes { Text = new string('x', 50_000) };
            await lease.Storage.WriteStateAsync("notes", Grain, kept);
            etag = kept.ETag;
            var cleared = await lease.WriteAsync(GrainId.Create("conversation", "2"), "gone");
            await lease.Storage.ClearStateAsync("notes", GrainId.Create("conversation", "2"), cleared);
        }

        await using var reopened = await OpenAsync();
        var read = await reopened.ReadAsync(Grain);
        Assert.Equal((etag, 50_000), (read.ETag, read.State!.Text.Length));
        Assert.False((await reopened.ReadAsync(GrainId.Create("conversation", "2"))).RecordExists);
        await reopened.Storage.WriteStateAsync("notes", Grain, read);
        Assert.NotEqual(etag, read.ETag);
    }
}
