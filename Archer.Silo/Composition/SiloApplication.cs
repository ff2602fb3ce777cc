using System.Text.Json;
using System.Text.Json.Serialization;
using Archer.Client.Http;
using Archer.Grains;
using Archer.Grains.Agents;
using Archer.Hosting.Limits;
using Archer.Hosting.Logging;
using Archer.Hosting.Security;
using Archer.Hosting.Telemetry;
using Archer.Replay;
using Archer.Silo.Agents;
using Archer.Silo.Charts;
using Archer.Silo.Conversations;
using Archer.Silo.Data;
using Archer.Silo.Health;
using Archer.Silo.History;
using Archer.Silo.Http;
using Archer.Silo.Membership;
using Archer.Silo.Page;
using Archer.Silo.Status;
using Archer.Silo.Users;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Archer.Silo.Composition;

/// <summary>The part of the silo that is the same in both stacks: options, HTTP API, status line.</summary>
internal static class SiloApplication
{
    /// <summary>Adds the services of the HTTP API and the grains' own.</summary>
    public static void AddSilo(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        builder.ExplainRefusals();
        services.AddArcherGrains();
        services.AddSingleton<ITaskRules, TaskRules>();
        // A start that failed is told once, by the process itself, in words.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        builder.AddTelemetry("archer-silo");
        services.LimitRepeatedFailures();
        services.AddOptions<SiloOptions>().BindConfiguration(SiloOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SiloOptions>, SiloOptionsValidator>();
        services.AddOptions<ReplayOptions>().BindConfiguration(ReplayOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ReplayOptions>, ReplayOptionsValidator>();
        services.AddOptions<MembershipOptions>().BindConfiguration(MembershipOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<MembershipOptions>, MembershipOptionsValidator>();
        services.AddSingleton<JsonBody>();
        services.AddSingleton<ServableVersions>();
        builder.AddDependencyChecks();
        services.TryAddSingleton(Console.Out);
        services.AddHostedService<StatusLine>();
        services.AddOpenApi(options => options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "Archer";
            document.Info.Version = typeof(SiloApplication).Assembly.GetName().Version!.ToString(fieldCount: 3);
            document.Info.Description = "Conversations with agents that learn from them.";
            return Task.CompletedTask;
        }));
        services.ConfigureHttpJsonOptions(options => UseArcherJson(options.SerializerOptions));
        services.AddHttpLimits();
        services.AddKeySecurity<SiloOptions>(options => options.Keys);
    }

    /// <summary>Puts the HTTP API together; what a composition maps afterwards is behind the same keys and problem documents.</summary>
    /// <param name="app">The process.</param>
    /// <param name="useErrors">Adds error pages of another format for the addresses of another role.</param>
    public static void UseSilo(this WebApplication app, Action<IApplicationBuilder>? useErrors = null)
    {
        app.UseMiddleware<ProblemMiddleware>();
        useErrors?.Invoke(app);
        app.UseHttpLimits();
        app.UseKeySecurity();
        app.MapConversations();
        app.MapUsers();
        app.MapAgents();
        app.MapHistory();
        app.MapCharts();
        app.MapPage();
        app.MapHealth();
        app.MapTelemetry();
        app.MapOpenApi();
    }

    private static void UseArcherJson(JsonSerializerOptions options)
    {
        options.TypeInfoResolverChain.Insert(0, ArcherJson.Default);
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        foreach (var converter in ArcherJson.Default.Options.Converters)
        {
            options.Converters.Add(converter);
        }
    }
}
