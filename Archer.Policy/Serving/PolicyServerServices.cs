using System.Diagnostics.Metrics;
using Archer.Policy.Generation;
using Archer.Policy.Serving.Completions;
using Archer.Policy.Serving.Http;
using Archer.Policy.Serving.Versions;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Archer.Policy.Serving;

/// <summary>Registers the policy server.</summary>
public static class PolicyServerServices
{
    /// <summary>
    /// Adds the generation engine, the registry of versions and the API's services, with <see cref="PolicyServerOptions"/> bound from the
    /// configuration and checked at start. In the same process <see cref="ChatCompletions"/> answers without HTTP, and
    /// <see cref="EngineStatistics"/> tells what was done.
    /// </summary>
    public static IServiceCollection AddPolicyServer(this IServiceCollection services)
    {
        services.AddMetrics();
        services.AddOptions<PolicyServerOptions>()
            .BindConfiguration(PolicyServerOptions.Section)
            .PostConfigure<IConfiguration>(UseDataDirectory)
            .ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IPolicyLoader, CheckpointPolicyLoader>();
        services.AddSingleton<IValidateOptions<PolicyServerOptions>, PolicyServerOptionsValidator>();
        services.AddSingleton<GenerationMetrics>(provider => new(provider.GetRequiredService<IMeterFactory>()));
        services.AddSingleton<EngineStatistics>(provider => new(provider.GetRequiredService<GenerationMetrics>()));
        services.AddSingleton<GenerationThread>(provider => new(
            provider.GetRequiredService<IOptions<PolicyServerOptions>>().Value.Generation,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<EngineStatistics>(),
            provider.GetRequiredService<ILogger<GenerationThread>>()));
        services.TryAddSingleton<IServingVersions, UndecidedVersions>();
        services.AddSingleton<ServingDecisions>();
        services.AddSingleton<PolicyRegistry>();
        services.AddSingleton<SeedSource>();
        services.AddSingleton<RequestReader>();
        services.AddSingleton<CompletionRunner>();
        services.AddSingleton<TextCompletions>();
        services.AddSingleton<PolicyHandlers>();
        services.AddSingleton<ChatCompletions>(provider => new(
            provider.GetRequiredService<RequestReader>(),
            provider.GetRequiredService<PolicyRegistry>(),
            provider.GetRequiredService<CompletionRunner>(),
            provider.GetRequiredService<TimeProvider>()));
        return services;
    }

    private static void UseDataDirectory(PolicyServerOptions options, IConfiguration configuration)
    {
        if (options.PoliciesDirectory.Length == 0)
        {
            options.PoliciesDirectory = Path.Combine(configuration["Archer:DataDirectory"] ?? "data", "policies");
        }
    }
}
