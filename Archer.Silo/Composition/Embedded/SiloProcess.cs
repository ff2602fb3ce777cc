using Archer.Client.Conversations;
using Archer.Client.Replay;
using Archer.Embedded;
using Archer.Embedded.Storage;
using Archer.Grains;
using Archer.Grains.Policies;
using Archer.Grains.Storage;
using Archer.Policy.Serving;
using Archer.Silo.Data;
using Archer.Silo.Demo;
using Archer.Silo.Http;
using Archer.Silo.Policies;
using Archer.Silo.Settings;
using Archer.Silo.Training;
using Archer.Trainer;
using Microsoft.Extensions.Options;
using Orleans.Hosting;
using StackExchange.Redis;

namespace Archer.Silo.Composition;

/// <summary>The embedded stack: every role in this process; state and replay in a crash-safe local log, or in Redis.</summary>
internal static class SiloProcess
{
    private const string DefaultUrl = "http://127.0.0.1:5080";
    private const string FreshSwitch = "--fresh";
    private static readonly TimeSpan ReplayBatchInterval = TimeSpan.FromMilliseconds(10);

    /// <summary>Puts the process together.</summary>
    /// <param name="args">Configuration as <c>--key value</c>, and <c>--fresh</c> to start over.</param>
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = [.. args.Where(argument => argument != FreshSwitch)],
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Configuration.AddFiles();
        var fresh = args.Contains(FreshSwitch);
        var data = builder.Configuration.UseDataDirectory();
        if (!SiloOptionsValidator.ListenUrls(builder.Configuration).Any())
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        builder.CheckSettings(SiloSettings.Create()
            .With(DemoOptions.Section, typeof(DemoOptions))
            .With(PolicyServerOptions.Section, typeof(PolicyServerOptions))
            .With(TrainerOptions.Section, typeof(TrainerOptions))
            .WithEach(TrainerOptions.Section, TrainerSection.Agents, typeof(TrainerOptions)), args, [FreshSwitch], []);
        builder.Services.AddSingleton(_ => new DataDirectory(data));
        builder.Services.AddHostedService<BaseCheckpoints>();
        builder.AddSilo();
        builder.UseOrleans(silo => (builder.Configuration["Archer:Redis"] is { Length: > 0 } redis ? silo.KeepInRedis(redis, fresh) : silo.KeepInFiles(data))
            .AddMemoryStreams(TransitionStream.Provider)
            .UseLocalReminderService(StorageNames.State)
            .AddStartupTask((services, stopping) => services.GetRequiredService<IGrainFactory>().WakeWatchesAsync(stopping)));
        builder.Services.AddPolicyServer();
        builder.Services.AddSingleton<IPolicyClient>(CallOwnPolicyServer);
        builder.Services.AddOptions<DemoOptions>().BindConfiguration(DemoOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<DemoOptions>, DemoOptionsValidator>();
        builder.Services.AddHostedService<DemoUsers>();
        builder.AddTrainer(data);
        var app = builder.Build();
        app.ValidateSettings();
        var directory = app.Services.GetRequiredService<DataDirectory>();
        if (fresh)
        {
            directory.Clear();
        }

        app.UseSilo();
        app.MapPolicyApi();
        return app;
    }

    private static ISiloBuilder KeepInFiles(this ISiloBuilder silo, string data)
    {
        silo.Services.AddSingleton<IReplayStore>(services => new LocalReplayStore(
            new LocalReplayOptions
            {
                Directory = Path.Combine(data, DataFolders.Replay),
                BatchInterval = ReplayBatchInterval,
                Replay = services.GetRequiredService<IOptions<ReplayOptions>>().Value,
            },
            services.GetRequiredService<ILogger<LocalReplayStore>>()));
        silo.Services.AddSingleton<IStateCleaning>(services => new LocalStateCleaning(services.GetRequiredKeyedService<LocalGrainStorage>(StorageNames.State)));
        return silo.AddLocalGrainStorage(StorageNames.State, options => options.Directory = Path.Combine(data, DataFolders.State));
    }

    private static ISiloBuilder KeepInRedis(this ISiloBuilder silo, string connection, bool fresh)
    {
        silo.Services.AddSingleton<IConnectionMultiplexer>(_ => RedisData.Connect(connection, fresh));
        silo.Services.AddSingleton<IReplayStore>(services => new RedisReplayStore(
            services.GetRequiredService<IConnectionMultiplexer>(), services.GetRequiredService<IOptions<ReplayOptions>>().Value));
        return silo.AddRedisGrainStorage(StorageNames.State, _ => { });
    }

    /// <summary>The policy server is in this process unless an address is configured; it is called over HTTP all the same.</summary>
    private static HttpPolicyClient CallOwnPolicyServer(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<PolicyClientOptions>>();
        if (options.Value.Address is null)
        {
            options.Value.Address = OwnAddressHandler.Placeholder;
            options.Value.Key ??= services.GetRequiredService<IOptions<SiloOptions>>().Value.Keys.FirstOrDefault();
            return new HttpPolicyClient(new HttpClient(ActivatorUtilities.CreateInstance<OwnAddressHandler>(services)), options, services.GetRequiredService<TimeProvider>());
        }

        return new HttpPolicyClient(new HttpClient(new SocketsHttpHandler()), options, services.GetRequiredService<TimeProvider>());
    }
}
