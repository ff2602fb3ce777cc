using Archer.Grains.Policies;
using Archer.Hosting;
using Archer.Hosting.Settings;
using Archer.Hosting.Telemetry;
using Archer.Policy.Serving;
using Archer.Policy.Serving.Versions;
using Archer.Silo.Data;
using Archer.Silo.Demo;
using Archer.Silo.Policies;
using Archer.Silo.Settings;
using Archer.Silo.Training;
using Archer.Trainer;
using Microsoft.Extensions.Options;
using Orleans.Dashboard;

namespace Archer.Silo.Composition;

/// <summary>
/// A process with the role of a silo and the roles beside it. <c>Archer:Redis</c> decides its place: without it the process is a cluster of one silo on
/// this machine (<see cref="OneMachine"/>), with it one of several (<see cref="Cluster"/>).
/// </summary>
internal static class SiloProcess
{
    private const string DefaultUrl = "http://127.0.0.1:5080";
    private const string FreshSwitch = "--fresh";

    /// <summary>Shorter than a pod's grace period, longer than any turn.</summary>
    public static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(120);

    /// <summary>Roles that the environment and the command line ask for; a problem with them is told by <see cref="Build"/>.</summary>
    public static SiloRoles RolesOf(string[] args) =>
        SiloRolesReading.Read(new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build(), out _);

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
        if (!ListenAddresses.Configured(builder.Configuration).Any())
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        var roles = SiloRolesReading.Read(builder.Configuration, out var problem);
        builder.Services.RefuseStart<SiloOptions>(problem is null ? [] : [problem]);
        builder.CheckSettings(SettingsOf(roles), args, [FreshSwitch], Cluster.PlaceKeys);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTimeout);
        builder.Services.AddHostedService<BaseCheckpoints>();
        builder.AddSilo();
        var startLogs = new StartLogs(TimeProvider.System);
        builder.Services.AddSingleton<IPostConfigureOptions<LoggerFilterOptions>>(startLogs);
        var redis = builder.Configuration[$"{SiloOptions.Section}:{nameof(SiloOptions.Redis)}"];
        builder.UseOrleans(silo =>
        {
            _ = string.IsNullOrEmpty(redis) ? silo.UseOneMachine(data, fresh) : silo.UseCluster(builder.Configuration, redis, fresh);
            silo.UseArcherRuntime();
            if (builder.IsTraced())
            {
                silo.AddActivityPropagation();
            }
        });
        builder.AddRoles(roles, data);
        var app = builder.Build();
        app.Lifetime.ApplicationStarted.Register(startLogs.Complete);
        app.Compose(roles);
        return app;
    }

    /// <summary>Checks all settings before anything is made of them, then puts the addresses together.</summary>
    private static void Compose(this WebApplication app, SiloRoles roles)
    {
        app.ValidateSettings();
        app.PrintAddressWhenReady("Archer is ready: open", app.Services.GetRequiredService<TextWriter>());
        app.Services.GetService<DataDirectory>()?.Prepare();
        app.Services.GetService<RedisLayout>()?.Take();
        app.UseSilo(errors => errors.UseWhen(
            context => context.Request.Path.StartsWithSegments(PolicyEndpoints.SharedPrefix), static policy => policy.UsePolicyErrors()));
        app.MapOrleansDashboard("/dashboard");
        if (roles.HasFlag(SiloRoles.Policy))
        {
            app.MapPolicyApi(PolicyEndpoints.SharedPrefix);
        }
    }

    private static SettingsNode SettingsOf(SiloRoles roles)
    {
        var settings = SiloSettings.Create();
        settings = roles.HasFlag(SiloRoles.Policy)
            ? settings.With(PolicyServerOptions.Section, typeof(PolicyServerOptions))
            : settings.WithOther(PolicyServerOptions.Section);
        return roles.HasFlag(SiloRoles.Trainer)
            ? settings
                .With(DemoOptions.Section, typeof(DemoOptions))
                .With(TrainerOptions.Section, typeof(TrainerOptions))
                .WithEach(TrainerOptions.Section, TrainerSection.Agents, typeof(TrainerOptions))
            : settings.WithOther(DemoOptions.Section).WithOther(TrainerOptions.Section);
    }

    private static void AddRoles(this WebApplicationBuilder builder, SiloRoles roles, string data)
    {
        if (roles.HasFlag(SiloRoles.Policy))
        {
            builder.Services.AddPolicyServer();
            builder.Services.AddSingleton<IServingVersions, AgentServingVersions>();
            builder.Services.AddSingleton(ChoosePolicy);
        }
        else
        {
            builder.Services.AddOptions<PolicyClientOptions>().Validate(
                options => options.Address is not null, "Archer:PolicyClient: Address is missing, expected the address of the policy server.");
        }

        if (roles.HasFlag(SiloRoles.Trainer))
        {
            builder.Services.AddOptions<DemoOptions>().BindConfiguration(DemoOptions.Section).ValidateOnStart();
            builder.Services.AddSingleton<IValidateOptions<DemoOptions>, DemoOptionsValidator>();
            builder.Services.AddHostedService<DemoUsers>();
            builder.AddTrainer(data);
        }
    }

    /// <summary>The engine of this process, unless another policy server's address is configured.</summary>
    private static IPolicyClient ChoosePolicy(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<PolicyClientOptions>>();
        return options.Value.Address is null
            ? ActivatorUtilities.CreateInstance<EnginePolicyClient>(services)
            : new HttpPolicyClient(
                new HttpClient(new SocketsHttpHandler()), options, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<HttpPolicyClient>>());
    }
}
