using Archer.Policy.Checkpoints;
using Archer.Policy.Tensors;
using Archer.Replay;
using Archer.Testing;
using Archer.Testing.Replay;
using Archer.Trainer.Learning;
using Archer.Trainer.Tests.Learning;

namespace Archer.Trainer.Tests;

public sealed class TrainingSessionTests : IAsyncLifetime
{
    private const string Agent = "player";
    private readonly TemporaryDirectory _directory = new();
    private readonly TrainerOptions _options;
    private readonly CheckpointStore _policies;
    private TestReplay _opened = null!;

    public TrainingSessionTests()
    {
        _options = Options("one");
        _policies = new CheckpointStore(_options.PoliciesDirectory, Agent, TimeProvider.System);
        SampleEpisodes.WriteBase(_policies);
    }

    private IReplayStore Replay => _opened.Store;

    public async Task InitializeAsync() => _opened = await TestReplay.StartAsync();

    [Fact]
    public async Task Iteration_PublishesAVersionAndThenReports()
    {
        await AppendAsync(conversations: 20);
        var link = new RecordingLink(Agent, "v000000");
        using var session = await TrainingSession.OpenAsync(_options, Replay, link, TimeProvider.System, default);

        var report = await session.IterateAsync(default);

        Assert.Equal(["v000001"], link.Announcements.Select(version => version.Version));
        Assert.Equal(1, link.Announcements[0].FirstPosition);
        Assert.Equal(session.Learner.Position, link.Announcements[0].LastPosition);
        Assert.Equal([0L, 1L], link.Reports.Select(sent => sent.Step));
        Assert.Equal([0L, 8L], link.Reports.Select(sent => sent.EpisodesConsumed));
        Assert.All(link.Reports, sent => Assert.Equal(16, sent.MaximumLag));
        Assert.Equal(report.CriticLoss, link.Reports[1].CriticLoss);
        Assert.Empty(link.Reports[0].Replayed);
        Assert.Equal(report.Replayed, link.Reports[1].Replayed.ToDictionary(replayed => replayed.Conversation, replayed => replayed.Times));
        Assert.NotEmpty(report.Replayed);
        Assert.NotNull(PolicyCheckpointOf("v000001"));
    }

    [Fact]
    public async Task StoppedWhileWaiting_GoesOnToTheBit()
    {
        await AppendAsync(conversations: 44);
        var other = Options("two");
        SampleEpisodes.WriteBase(new CheckpointStore(other.PoliciesDirectory, Agent, TimeProvider.System));
        using var straight = await TrainingSession.OpenAsync(other, Replay, new RecordingLink(Agent, "v000000"), TimeProvider.System, default);
        for (var i = 0; i < 5; i++)
        {
            await straight.IterateAsync(default);
        }

        var link = new RecordingLink(Agent, "v000000");
        using (var before = await TrainingSession.OpenAsync(_options, new FirstRows(Replay, 40), link, TimeProvider.System, default))
        {
            using var stop = new CancellationTokenSource();
            await before.IterateAsync(default);
            var waiting = RunUntilStoppedAsync(before, stop.Token);
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
            before.Save();
        }
        using var after = await TrainingSession.OpenAsync(_options, Replay, link, TimeProvider.System, default);
        while (after.Learner.Step < 5)
        {
            await after.IterateAsync(default);
        }

        Assert.Equal(Weights(straight.Learner), Weights(after.Learner));
        Assert.Equal(straight.Learner.Position, after.Learner.Position);
    }

    [Fact]
    public async Task RevisedAfterTheSave_IsNotCountedAgain()
    {
        await AppendAsync(conversations: 24);
        var link = new RecordingLink(Agent, "v000000");
        using (var before = await TrainingSession.OpenAsync(_options, Replay, link, TimeProvider.System, default))
        {
            for (var i = 0; i < 3; i++)
            {
                await before.IterateAsync(default);
            }

            before.Save();
        }

        // Eight of them have left the buffer, sixteen are held; the rows that are superseded can be read no more.
        ReplayRow[] rows = [.. SampleEpisodes.Log(24, seed: 4).Select(entry => entry.Row!)];
        await Replay.AppendAsync(Agent, [.. rows.Where(row => row.Terminated).Select(row => row with { Key = row.Key with { Revision = 1 }, Reward = 3 })]);
        await Replay.AppendAsync(Agent, [.. SampleEpisodes.Log(8, seed: 6, prefix: "new").Select(entry => entry.Row!)]);
        using var after = await TrainingSession.OpenAsync(_options, Replay, link, TimeProvider.System, default);
        await after.IterateAsync(default);

        Assert.Equal(32, after.Learner.EpisodesConsumed);
        Assert.Equal(16, after.Learner.Buffer.Episodes.Count);
        Assert.Equal(8, after.Learner.Buffer.Episodes.Count(episode => episode.Conversation.StartsWith("new", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task LastWordsLongerThanTheModelReaches_DoNotEndTheTraining()
    {
        ReplayRow[] rows = [.. SampleEpisodes.Log(8, seed: 4).Select(entry => entry.Row!)];
        await Replay.AppendAsync(Agent, [.. rows.Select(row => row.Terminated
            ? row with { Terminated = false, Truncated = true, FinalUserText = new string('x', row.Key.Conversation == "c3" ? SampleEpisodes.Config.MaxPositions : 5) }
            : row)]);
        using var session = await TrainingSession.OpenAsync(_options, Replay, new RecordingLink(Agent, "v000000"), TimeProvider.System, default);

        var report = await session.IterateAsync(default);

        Assert.Equal(8, report.EpisodesConsumed);
        Assert.Equal(["c3"], session.Learner.Buffer.Episodes.Where(episode => episode.FinalPromptIds.IsEmpty).Select(episode => episode.Conversation));
    }

    [Fact]
    public async Task FailedBeforeTheFirstSave_BeginsWhereItBegan()
    {
        await AppendAsync(conversations: 20);
        var link = new RecordingLink(Agent, "v000000");
        float[] straight;
        using (var first = await TrainingSession.OpenAsync(_options, Replay, link, TimeProvider.System, default))
        {
            await first.IterateAsync(default);
            straight = Weights(first.Learner);
        }

        // Its first version serves by now, and the step is not announced under another name.
        using var again = await TrainingSession.OpenAsync(_options, Replay, link, TimeProvider.System, default);
        await again.IterateAsync(default);

        Assert.Equal(straight, Weights(again.Learner));
        Assert.Equal(["v000001"], link.Announcements.Select(version => version.Version));
        await again.IterateAsync(default);
        Assert.Equal([("v000001", 1L), ("v000002", 2L)], link.Announcements.Select(version => (version.Version, version.Step)));
    }

    [Fact]
    public async Task NewestStateDamaged_GoesOnFromTheOneBefore()
    {
        await AppendAsync(conversations: 30);
        var link = new RecordingLink(Agent, "v000000");
        using (var session = await TrainingSession.OpenAsync(_options, Replay, link, TimeProvider.System, default))
        {
            await session.IterateAsync(default);
            session.Save();
            await session.IterateAsync(default);
            session.Save();
        }
        var states = new CheckpointStore(_options.StateDirectory, Agent, TimeProvider.System);
        var newest = states.List()[^1].Version;
        await File.WriteAllTextAsync(Path.Combine(_options.StateDirectory, Agent, newest, "learner.safetensors"), "torn");

        using var again = await TrainingSession.OpenAsync(_options, Replay, link, TimeProvider.System, default);

        Assert.Equal(1, again.Learner.Step);
        Assert.StartsWith($"{newest}: ", again.Damage, StringComparison.Ordinal);
        await again.IterateAsync(default);
        Assert.Equal(2, again.Learner.Step);
    }

    [Fact]
    public async Task Options_ListEveryProblem()
    {
        var wrong = new TrainerOptions { Agent = Agent, Threads = 0, Learner = new LearnerOptions { RewardScale = 0 } };

        var refused = await Assert.ThrowsAsync<ArgumentException>(
            () => TrainingSession.OpenAsync(wrong, Replay, new RecordingLink(Agent, "v000000"), TimeProvider.System, default));

        Assert.Equal(
            "The trainer's options are not usable: Threads is 0, expected a positive number; Learner.RewardScale is 0, expected a number greater than 0.",
            refused.Message);
    }

    public async Task DisposeAsync()
    {
        await _opened.DisposeAsync();
        _directory.Dispose();
    }

    private static async Task<IterationReport> RunUntilStoppedAsync(TrainingSession session, CancellationToken cancellationToken)
    {
        while (true)
        {
            await session.IterateAsync(cancellationToken);
        }
    }

    private TrainerOptions Options(string name) => new()
    {
        Agent = Agent,
        PoliciesDirectory = _directory[name, "policies"],
        StateDirectory = _directory[name, "learners"],
        SaveEvery = 1000,
        KeepVersions = 2,
        Learner = new LearnerOptions
        {
            EpisodesPerIteration = 8,
            ReplayEpisodes = 16,
            Critic = new CriticOptions { BatchEpisodes = 6, StepsPerIteration = 2, HeadSize = 8 },
        },
    };

    private async Task AppendAsync(int conversations) =>
        await Replay.AppendAsync(Agent, [.. SampleEpisodes.Log(conversations, seed: 4).Select(entry => entry.Row!)]);

    private string? PolicyCheckpointOf(string version)
    {
        using var backend = TensorBackends.Cpu();
        using var checkpoint = PolicyCheckpoint.Load(backend, _policies.Open(version));
        return checkpoint.Critic is null ? null : version;
    }

    private static float[] Weights(Learner learner) =>
        [.. learner.Actor.Parameters.SelectMany(p => p.Tensor.Values.ToArray()), .. learner.Critic.Parameters.SelectMany(p => p.Tensor.Values.ToArray())];
}
