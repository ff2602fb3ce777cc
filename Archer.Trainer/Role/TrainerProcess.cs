using Archer.Client.Http;
using Archer.Hosting.Logging;
using Archer.Hosting.Settings;
using Archer.Hosting.Telemetry;
using Archer.Replay;
using Archer.Replay.Redis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Archer.Trainer.Role;

/// <summary>Puts the role <c>trainer</c> together as a process of its own: replay in Redis, the silo over HTTP, policies in a directory that the policy server reads.</summary>
internal static class TrainerProcess
{
    private const string DefaultUrl = "http://127.0.0.1:5082";

    /// <summary>Longer than an iteration, so that the state is saved after it; shorter than the pod's grace period.</summary>
    internal static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(120);

    /// <param name="args">Configuration as <c>--key value</c>.</param>
    /// <param name="configure">What a test changes before it is built.</param>
    /// <exception cref="OptionsValidationException">Settings are not usable; all problems are listed.</exception>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        configure?.Invoke(builder);
        var expected = RoleSettings.Of(TrainerOptions.Section, typeof(TrainerOptions), typeof(RoleOptions));
        expected.Find("Trainer")!.Add(TrainerSection.Agents, SettingsNode.Each(typeof(TrainerOptions)));
        var unknown = expected.Check(args, builder.Configuration);
        var data = Path.GetFullPath(builder.Configuration["Archer:DataDirectory"] ?? "data");
        var section = builder.Configuration.GetSection(TrainerOptions.Section);
        var trainers = TrainerSection.Read(section, data, [""]);
        var role = section.Get<RoleOptions>() ?? new RoleOptions();
        var redis = builder.Configuration["Archer:Redis"];
        Check(unknown, trainers, role, redis);
        if (builder.Configuration[WebHostDefaults.ServerUrlsKey] is null && builder.Configuration[WebHostDefaults.HttpPortsKey] is null)
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = ShutdownTimeout);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.AddTelemetry("archer-trainer");
        builder.Services.LimitRepeatedFailures();
        builder.Services.AddSingleton<IConnectionMultiplexer>(_ => Connect(redis!));
        builder.Services.AddSingleton<IReplayStore>(services => new RedisReplayStore(services.GetRequiredService<IConnectionMultiplexer>()));
        builder.Services.AddTrainer(trainers, services => new ArcherClient(
            new ArcherClientOptions { Url = new Uri(role.SiloUrl), Key = role.SiloKey }, services.GetRequiredService<TimeProvider>()));
        var app = builder.Build();
        app.MapTelemetry();
        app.MapGet("/health/live", static () => "live");
        app.MapGet("/health/ready", static (IHostApplicationLifetime lifetime) => lifetime.ApplicationStopping.IsCancellationRequested
            ? Results.Text("not ready", statusCode: StatusCodes.Status503ServiceUnavailable)
            : Results.Text("ready"));
        return app;
    }

    /// <summary>Runs until it is stopped (then true), or until later trainers have taken over from all of its own (then false).</summary>
    public static async Task<bool> RunAsync(WebApplication app, CancellationToken cancellationToken)
    {
        await app.StartAsync(cancellationToken);
        var superseded = app.Services.GetRequiredService<ActiveTrainers>().AllSuperseded;
        var stopped = app.WaitForShutdownAsync(cancellationToken);
        if (await Task.WhenAny(stopped, superseded) == superseded)
        {
            app.Lifetime.StopApplication();
        }

        await stopped;
        return !superseded.IsCompleted;
    }

    private static void Check(IReadOnlyList<string> unknown, IReadOnlyList<TrainerOptions> trainers, RoleOptions role, string? redis)
    {
        List<string> problems = [.. unknown, .. TrainerSection.Problems(trainers), .. role.Problems().Select(problem => $"{TrainerOptions.Section}: {problem}.")];
        if (string.IsNullOrWhiteSpace(redis))
        {
            problems.Add("Archer: Redis is missing: a trainer in a process of its own reads the replay buffer there.");
        }

        if (problems.Count > 0)
        {
            throw new OptionsValidationException(TrainerOptions.Section, typeof(TrainerOptions), problems);
        }
    }

    /// <summary>A server that is not there yet is no reason not to start.</summary>
    private static ConnectionMultiplexer Connect(string connection)
    {
        var options = ConfigurationOptions.Parse(connection);
        options.AbortOnConnectFail = false;
        return ConnectionMultiplexer.Connect(options);
    }
}
