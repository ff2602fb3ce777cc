using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Archer.Hosting.Limits;

/// <summary>Bounds what callers can hold open on a server.</summary>
public static class HttpLimits
{
    /// <summary>Adds <see cref="HttpLimitOptions"/>, the limit of connections, and <see cref="StreamLimit"/>.</summary>
    public static IServiceCollection AddHttpLimits(this IServiceCollection services)
    {
        services.AddOptions<HttpLimitOptions>().BindConfiguration(HttpLimitOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<HttpLimitOptions>, Validation>();
        services.TryAddSingleton<StreamLimit>();
        // Kestrel is made before the settings are validated: one that is out of range is reported together with all others, not here.
        services.AddOptions<KestrelServerOptions>().Configure<IConfiguration>((server, configuration) => server.Limits.MaxConcurrentConnections =
            Math.Max(1, configuration.GetValue($"{HttpLimitOptions.Section}:{nameof(HttpLimitOptions.MaxConnections)}", new HttpLimitOptions().MaxConnections)));
        return services;
    }

    /// <summary>Bounds the time that a body takes. Comes before everything that reads one; needs <see cref="AddHttpLimits"/>.</summary>
    public static void UseHttpLimits(this IApplicationBuilder app) => app.UseMiddleware<BodyTimeout>();

    private sealed class Validation : IValidateOptions<HttpLimitOptions>
    {
        public ValidateOptionsResult Validate(string? name, HttpLimitOptions options)
        {
            List<ValidationResult> results = [];
            return Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true)
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail(results.Select(result => $"{HttpLimitOptions.Section}: {result.ErrorMessage}"));
        }
    }
}
