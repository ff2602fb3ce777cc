using Archer.Policy.Checkpoints;
using Archer.Replay;
using Archer.Testing;
using Archer.Testing.Replay;
using Archer.Trainer.Learning;
using Archer.Trainer.Publication;
using Archer.Trainer.Tests.Learning;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Archer.Trainer.Tests;

public sealed class TrainerServiceTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Host_TrainsUntilItStops_AndSavesWhereItWas()
    {
        using var directory = new TemporaryDirectory();
        await using var opened = await TestReplay.StartAsync();
        var options = Options(directory);
        var link = new RecordingLink("player", "v000000");
        using var host = await BuildAsync(options, opened.Store, link);

        await host.StartAsync();
        await link.ReportedAsync(step: 3).WaitAsync(Deadline);
        await host.StopAsync();

        Assert.Equal(3, new CheckpointStore(options.StateDirectory, "player", TimeProvider.System).List()[^1].Step);
        Assert.Equal(["v000001", "v000002", "v000003"], link.Announcements.Select(version => version.Version));
    }

    [Fact]
    public async Task Failure_OfWhateverKind_EndsNeitherTheHostNorTheTraining()
    {
        using var directory = new TemporaryDirectory();
        await using var opened = await TestReplay.StartAsync();
        var options = Options(directory);
        var link = new RecordingLink("player", "v000000") { NextFailure = new ArgumentException("nobody thought of this") };
        using var host = await BuildAsync(options, opened.Store, link);

        await host.StartAsync();
        await link.ReportedAsync(step: 1).WaitAsync(Deadline);
        var stops = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested;
        await host.StopAsync();

        Assert.False(stops);
        Assert.Equal((1L, 2L), (link.Reports[0].Epoch, link.Reports[^1].Epoch));
    }

    private static async Task<IHost> BuildAsync(TrainerOptions options, IReplayStore replay, IAgentLink link)
    {
        await replay.AppendAsync(options.Agent, [.. SampleEpisodes.Log(30, seed: 4).Select(entry => entry.Row!)]);
        SampleEpisodes.WriteBase(new CheckpointStore(options.PoliciesDirectory, options.Agent, TimeProvider.System));
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton(replay).AddKeyedSingleton(options.Agent, link).AddSingleton(options).AddSingleton(new ActiveTrainers(1)).AddHostedService<TrainerService>();
        return builder.Build();
    }

    private static TrainerOptions Options(TemporaryDirectory directory) => new()
    {
        Agent = "player",
        PoliciesDirectory = directory["policies"],
        StateDirectory = directory["trainer"],
        Learner = new LearnerOptions
        {
            EpisodesPerIteration = 8,
            ReplayEpisodes = 16,
            Critic = new CriticOptions { BatchEpisodes = 6, StepsPerIteration = 2, HeadSize = 8 },
        },
    };
}
