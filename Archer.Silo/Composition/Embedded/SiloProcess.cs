using Archer.Client.Replay;
using Archer.Client.Conversations;
using Archer.Grains;
using Archer.Silo.Data;
using Archer.Silo.Http;
using Archer.Silo.Policies;
using Orleans.Hosting;

namespace Archer.Silo.Composition;

/// <summary>The embedded stack: every role in this process, state and replay in a crash-safe local log.</summary>
internal static class SiloProcess
{
    private const string DefaultUrl = "http://127.0.0.1:5080";
    private const string FreshSwitch = "--fresh";

    /// <summary>Puts the process together.</summary>
    /// <param name="args">Configuration as <c>--key value</c>, and <c>--fresh</c> to start over.</param>
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = [.. args.Where(argument => argument != FreshSwitch)],
            ContentRootPath = AppContext.BaseDirectory,
        });
        var data = UseDataDirectory(builder, args.Contains(FreshSwitch));
        if (!SiloOptionsValidator.ListenUrls(builder.Configuration).Any())
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        builder.Services.AddHostedService<BaseCheckpoints>();
        builder.AddSilo();
        builder.UseOrleans(silo => silo
            .AddMemoryGrainStorage(StorageNames.State)
            .AddMemoryStreams(TransitionStream.Provider)
            .UseInMemoryReminderService()
            .AddStartupTask((services, _) => services.GetRequiredService<IGrainFactory>().WakeWatchesAsync()));
        builder.Services.AddSingleton<IReplayStore>(services => new LocalReplayStore(
            new LocalReplayOptions { Directory = Path.Combine(data, DataFolders.Replay) }, services.GetRequiredService<ILogger<LocalReplayStore>>()));
        var app = builder.Build();
        app.UseSilo();
        return app;
    }

    /// <summary>Makes the directory's path absolute for every role, and empties it when asked to.</summary>
    private static string UseDataDirectory(WebApplicationBuilder builder, bool fresh)
    {
        const string key = $"{SiloOptions.Section}:{nameof(SiloOptions.DataDirectory)}";
        var data = Path.GetFullPath(builder.Configuration[key] ?? new SiloOptions().DataDirectory);
        builder.Configuration[key] = data;
        if (fresh)
        {
            DataFolders.Clear(data);
        }

        return data;
    }
}
