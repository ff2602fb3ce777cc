using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Archer.Grains.Retention;

/// <summary>Registers what removes expired conversations.</summary>
public static class RetentionServices
{
    /// <summary>Adds the settings, checked at start, which grains ask for what has expired, and the list of what is kept.</summary>
    public static IServiceCollection AddRetentionOptions(this IServiceCollection services)
    {
        services.AddOptions<RetentionOptions>().BindConfiguration(RetentionOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<RetentionOptions>, RetentionOptionsValidator>();
        services.AddSingleton<RetainedConversations>();
        return services;
    }

    /// <summary>Has the process look for expired conversations; needs <see cref="IRetainedStates"/>.</summary>
    public static IServiceCollection AddRetention(this IServiceCollection services) => services.AddHostedService<RetentionSchedule>();
}
