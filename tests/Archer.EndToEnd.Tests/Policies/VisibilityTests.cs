using Archer.Client.Http;
using Archer.EndToEnd.Tests.Processes;
using Archer.Policy.Serving.Role;
using Archer.Policy.Serving.Versions;
using Archer.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Archer.EndToEnd.Tests.Policies;

/// <summary>Two policy servers on a shared file system that shows new versions to one of them late: the trainer waits, and nothing else happens.</summary>
[Collection(nameof(Processes))]
[Trait("Category", "Slow")]
public sealed class VisibilityTests
{
    private const string Agent = "twenty-questions";
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task NewVersion_ServesOnceEveryServerHasLoadedIt_WithoutARestartOfTheTrainer()
    {
        using var directory = new TemporaryDirectory();
        await using var prompt = await LateServer.StartAsync(directory.Path);
        await using var late = await LateServer.StartAsync(directory.Path);
        prompt.Show();
        await using var silo = await SiloProcess.StartAsync(
            directory.Path, SiloProcess.FreePort(), "--Archer:Demo:Users=4", "--Archer:Trainer:Learner:EpisodesPerIteration=4", "--Archer:Trainer:MaximumLagIterations=1", "--Archer:Trainer:Learner:Critic:StepsPerIteration=1",
            $"--Archer:PolicyClient:Address={prompt.Url}", $"--Archer:PolicyClient:Servers:0={prompt.Url}", $"--Archer:PolicyClient:Servers:1={late.Url}");
        using var client = new ArcherClient(new ArcherClientOptions { Url = silo.Url });
        await WaitAsync(silo, () => Task.FromResult(late.Refusals >= 3));
        var waiting = await client.ReadAgentAsync(Agent);

        late.Show();

        var serving = waiting;
        await WaitAsync(silo, async () => (serving = await client.ReadAgentAsync(Agent)).Versions.Length > 0);
        Assert.Equal(("v000000", 0), (waiting.Current, waiting.Versions.Length));
        Assert.Equal("v000001", serving.Versions[0].Version);
        Assert.Null(serving.Fallback);
        Assert.Contains("v000001", late.Loaded);
        // Each start of a trainer takes an epoch of its own.
        await WaitAsync(silo, async () => (serving = await client.ReadAgentAsync(Agent)).Versions.Length > 1);
        Assert.All(serving.Versions, version => Assert.Equal(1, version.Epoch));
        Assert.DoesNotContain("begins again", silo.Output, StringComparison.Ordinal);
    }

    /// <summary>A learner's iteration takes longer than most conditions may.</summary>
    private static async Task WaitAsync(SiloProcess silo, Func<Task<bool>> condition)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        var began = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Deadline, silo.Output);
            await pace.WaitForNextTickAsync();
        }
    }

    /// <summary>A policy server whose view of the directory ends with the base until it is shown more.</summary>
    private sealed class LateServer : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private readonly LateView _view;

        private LateServer(WebApplication app, LateView view) => (_app, _view) = (app, view);

        public Uri Url => new(_app.Urls.Single());

        public int Refusals => _view.Refusals;

        public IReadOnlyCollection<string> Loaded => [.. _app.Services.GetRequiredService<PolicyRegistry>().Describe(Agent).Resident().Select(policy => policy.Version)];

        public static async Task<LateServer> StartAsync(string data)
        {
            LateView? view = null;
            var app = PolicyProcess.Build(["--urls", "http://127.0.0.1:0", $"--Archer:DataDirectory={data}"], builder =>
            {
                builder.Logging.ClearProviders();
                builder.Services.AddSingleton<IPolicyLoader>(services => view = new LateView(ActivatorUtilities.CreateInstance<CheckpointPolicyLoader>(services)));
            });
            app.Services.GetRequiredService<IPolicyLoader>();
            await app.StartAsync();
            return new LateServer(app, view!);
        }

        public void Show() => _view.Show();

        public ValueTask DisposeAsync() => _app.DisposeAsync();
    }

    private sealed class LateView(CheckpointPolicyLoader directory) : IPolicyLoader, IDisposable
    {
        private volatile bool _shown;
        private int _refusals;

        public int Refusals => _refusals;

        public void Show() => _shown = true;

        public IReadOnlyList<string> Versions(string agent) => [.. directory.Versions(agent).Where(version => _shown || version == "v000000")];

        public IReadOnlyList<string> Agents() => directory.Agents();

        public ResidentPolicy Load(string agent, string version)
        {
            if (Versions(agent).Contains(version))
            {
                return directory.Load(agent, version);
            }

            Interlocked.Increment(ref _refusals);
            throw new ModelNotFoundException($"The model '{agent}@{version}' does not exist.");
        }

        public void Dispose() => directory.Dispose();
    }
}
