using Archer.Trainer.Role;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Archer.Trainer.Tests.Role;

public sealed class TrainerProcessTests
{
    [Fact]
    public void Build_BadSettings_ListsAllProblems()
    {
        var refused = Assert.Throws<OptionsValidationException>(() => TrainerProcess.Build(
            ["--Archer:Trainer:SiloUrl", "silo", "--Archer:Trainer:SiloKey", "k ey", "--Archer:Trainer:Threads", "0"]));

        Assert.Equal(
            [
                "Archer:Trainer: Agent is missing: name the agent that learns, or several with commas between.",
                "Archer:Trainer: Threads is 0, expected a positive number.",
                "Archer:Trainer: SiloUrl is silo, expected an http or https address.",
                "Archer:Trainer: SiloKey is empty or has characters other than visible ASCII.",
                "Archer: Redis is missing: a trainer in a process of its own reads the replay buffer there.",
            ],
            refused.Failures);
    }

    [Fact]
    public void Build_MistypedSettings_AreProblemsToo()
    {
        var refused = Assert.Throws<OptionsValidationException>(() => TrainerProcess.Build(
            ["--Archer:Redis", "127.0.0.1:9", "--Archer:Trainer:Agents:a:Thread", "1", "--Archer:Trainer:SaveEvery=often", "--Archer:DataDirctory=x", "--ulrs=http://127.0.0.1:1"]));

        Assert.Equal(
            [
                "Unknown option --ulrs; did you mean --urls?",
                "Unknown setting Archer:DataDirctory; did you mean DataDirectory?",
                "Unknown setting Archer:Trainer:Agents:a:Thread; did you mean Threads?",
                "Archer:Trainer:SaveEvery is \"often\", expected a whole number.",
            ],
            refused.Failures);
    }

    [Fact]
    public async Task Process_SupersededByALaterTrainer_EndsByItself()
    {
        using var directory = new Archer.Testing.TemporaryDirectory();
        await using var app = TrainerProcess.Build(
            ["--urls", "http://127.0.0.1:0", "--Archer:Trainer:Agent", "player", "--Archer:Redis", "127.0.0.1:9,connectTimeout=100", "--Archer:DataDirectory", directory.Path],
            builder => builder.Services.AddSingleton<IHostedService, Usurper>());

        Assert.False(await TrainerProcess.RunAsync(app, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task Process_WithoutSiloAndRedis_LivesAndWaits()
    {
        using var directory = new Archer.Testing.TemporaryDirectory();
        await using var app = TrainerProcess.Build(
            ["--urls", "http://127.0.0.1:0", "--Archer:Trainer:Agent", "player", "--Archer:Redis", "127.0.0.1:9,connectTimeout=100", "--Archer:Trainer:SiloUrl", "http://127.0.0.1:9", "--Archer:DataDirectory", directory.Path]);
        await app.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        Assert.Equal("live", await http.GetStringAsync("health/live"));
        Assert.Equal("ready", await http.GetStringAsync("health/ready"));
        await app.StopAsync();
    }

    /// <summary>Stands for a trainer that learns from the silo that another has taken over.</summary>
    private sealed class Usurper(ActiveTrainers trainers) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            trainers.Leave();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
