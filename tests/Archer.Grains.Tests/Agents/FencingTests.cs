using Archer.Client;
using Archer.Client.Agents;
using Archer.Grains.Agents;
using Archer.Testing.Grains;

namespace Archer.Grains.Tests.Agents;

/// <summary>At most one trainer has a say: the one that started last.</summary>
public sealed class FencingTests : IAsyncLifetime
{
    private GrainPlatform _platform = null!;

    private IAgentGrain Agent => _platform.AgentGrain;

    public async Task InitializeAsync() => _platform = await GrainPlatform.StartAsync();

    public async Task DisposeAsync() => await _platform.DisposeAsync();

    [Fact]
    public async Task Start_OfEachTrainer_GivesAGreaterEpoch_AndTheSameToTheSameRun()
    {
        var first = await StartAsync("a");
        var second = await StartAsync("b");
        var again = await StartAsync("b");
        var third = await StartAsync("a");

        Assert.Equal([1, 2, 2, 3], new[] { first, second, again, third }.Select(given => given.Epoch));
    }

    [Fact]
    public async Task Start_AfterARestart_GoesOnCounting()
    {
        await StartAsync("a");
        await _platform.CrashAsync();
        await _platform.RestartAsync();

        Assert.Equal(1, (await StartAsync("a")).Epoch);
        Assert.Equal(2, (await StartAsync("b")).Epoch);
    }

    [Fact]
    public async Task Start_OfATrainerWhoseVolumesKnowALaterEpoch_GoesBeyondIt()
    {
        Assert.Equal(8, (await StartAsync("a", seen: 7)).Epoch);
        Assert.Equal(8, (await StartAsync("a", seen: 7)).Epoch);
        Assert.Equal(10, (await StartAsync("a", seen: 9)).Epoch);
    }

    [Fact]
    public async Task Start_OfATrainerThatBeginsAgain_DoesNotTakeOverFromASuccessor()
    {
        var old = await StartAsync("a");
        Assert.Equal(2, (await Agent.StartTrainerAsync(new StartTrainer { Run = "a2", HeldEpoch = old.Epoch })).Epoch);
        Assert.Equal(2, (await Agent.StartTrainerAsync(new StartTrainer { Run = "a2", HeldEpoch = old.Epoch })).Epoch);
        await StartAsync("b");

        await Assert.ThrowsAsync<TrainerSupersededException>(() => Agent.StartTrainerAsync(new StartTrainer { Run = "a3", HeldEpoch = 2 }));

        Assert.Null(await ReportAsync(3));
    }

    [Fact]
    public async Task Start_TellsTheLastVersionByNumber()
    {
        Assert.Null((await StartAsync("a")).LastVersion);
        await Agent.AnnounceAsync(new AnnounceVersion { Version = "v000012", Epoch = 1 });
        await Agent.AnnounceAsync(new AnnounceVersion { Version = "v000009", Epoch = 1 });
        await Agent.AnnounceAsync(new AnnounceVersion { Version = "by-hand", Epoch = 1 });

        Assert.Equal("v000012", (await StartAsync("b")).LastVersion);
    }

    [Fact]
    public async Task Start_ThatCannotBeStored_FencesNobody()
    {
        await StartAsync("a");
        _platform.Disk.FailingState = "agent";
        _platform.Disk.FailNextWrites();

        await Assert.ThrowsAsync<StorageUnavailableException>(() => StartAsync("b"));

        await Eventually.TrueAsync(async () => await ReportAsync(1) is null, "the first trainer has its say");
    }

    [Fact]
    public async Task EarlierTrainer_IsRefusedAndChangesNothing()
    {
        var old = await StartAsync("a");
        await Agent.AnnounceAsync(new AnnounceVersion { Version = "v000001", Epoch = old.Epoch });
        await StartAsync("b");

        var announcement = await Assert.ThrowsAsync<TrainerSupersededException>(() => Agent.AnnounceAsync(new AnnounceVersion { Version = "v000002", Epoch = old.Epoch }));
        await Assert.ThrowsAsync<TrainerSupersededException>(() => Agent.AnnounceAsync(new AnnounceVersion { Version = "v000003" }));
        Assert.IsType<TrainerSupersededException>(await ReportAsync(old.Epoch));

        Assert.Equal(
            "Agent quiz has a later trainer: run b with epoch 2, found epoch 1. Nothing changed. Stop this trainer, or start it anew to take over.", announcement.Message);
        var view = await Agent.ReadAsync();
        Assert.Equal(("v000001", 1), (view.Current, view.Versions.Length));
        Assert.Equal(0, (await Agent.GetMetricsAsync()).LearnerStep);
        Assert.DoesNotContain("quiz@v000002", _platform.Policy.Loads);
    }

    [Fact]
    public async Task EpochThatWasNeverGiven_IsAConflict()
    {
        await StartAsync("a");

        Assert.IsType<ConflictException>(await ReportAsync(2));
        await Assert.ThrowsAsync<ConflictException>(() => Agent.AnnounceAsync(new AnnounceVersion { Version = "v000001", Epoch = 2 }));
    }

    [Fact]
    public async Task VersionName_OfAnEarlierTrainer_IsNotUsedAgain()
    {
        var old = await StartAsync("a");
        await Agent.AnnounceAsync(new AnnounceVersion { Version = "v000001", Epoch = old.Epoch });
        var later = await StartAsync("b");

        await Assert.ThrowsAsync<ConflictException>(() => Agent.AnnounceAsync(new AnnounceVersion { Version = "v000001", Epoch = later.Epoch }));
        var view = await Agent.AnnounceAsync(new AnnounceVersion { Version = "v000002", Epoch = later.Epoch });

        Assert.Equal([1, 2], view.Versions.Select(version => version.Epoch));
    }

    private Task<TrainerEpoch> StartAsync(string run, long seen = 0) => Agent.StartTrainerAsync(new StartTrainer { Run = run, SeenEpoch = seen });

    private Task<Exception?> ReportAsync(long epoch) =>
        Record.ExceptionAsync(() => Agent.ReportLearnerAsync(new LearnerReport { Run = "r", Step = 4, EpisodesConsumed = 0, Epoch = epoch }))!;
}
