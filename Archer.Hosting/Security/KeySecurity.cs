using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Archer.Hosting.Security;

/// <summary>
/// Who may send requests. With keys: callers that send one, except on routes that say <c>AllowAnonymous</c>. Without keys: everybody on this machine, under
/// its own names only. Either way a web page of another origin changes nothing.
/// </summary>
public static class KeySecurity
{
    private const string Scheme = "Bearer";
    private static readonly string[] LocalNames = ["localhost", "127.0.0.1", "[::1]"];

    /// <summary>Adds authentication by bearer keys and the policy that requires it.</summary>
    /// <param name="services">The process' services.</param>
    /// <param name="keys">The accepted keys; none means that no key is required.</param>
    public static IServiceCollection AddKeySecurity<TOptions>(this IServiceCollection services, Func<TOptions, ICollection<string>> keys)
        where TOptions : class
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddWebEncoders();
        // Not AddAuthentication: it brings data protection, which writes files to the home directory at start and which no bearer key needs.
        services.AddAuthenticationCore(options => options.DefaultScheme = Scheme);
        new AuthenticationBuilder(services).AddScheme<BearerKeyOptions, BearerKeyHandler>(Scheme, configureOptions: null);
        services.AddOptions<BearerKeyOptions>(Scheme).Configure<IOptions<TOptions>>((bearer, options) => bearer.Accept(keys(options.Value)));
        services.AddAuthorization();
        services.AddOptions<AuthorizationOptions>().Configure<IOptions<TOptions>>((authorization, options) =>
        {
            if (keys(options.Value).Count > 0)
            {
                authorization.FallbackPolicy = new AuthorizationPolicyBuilder(Scheme).RequireAuthenticatedUser().Build();
            }
        });
        services.AddOptions<HostFilteringOptions>().PostConfigure<IOptions<TOptions>>((hosts, options) =>
        {
            if (keys(options.Value).Count == 0)
            {
                // A web page must not reach the process under a name of its own choice (DNS rebinding).
                hosts.AllowedHosts = LocalNames;
            }
        });
        return services;
    }

    /// <summary>Checks every request that comes after. Needs <see cref="AddKeySecurity"/>, and error pages before it that write bodies for 401 and 403.</summary>
    public static void UseKeySecurity(this IApplicationBuilder app)
    {
        app.UseAuthentication();
        app.UseMiddleware<OwnOrigin>();
        app.UseAuthorization();
    }
}
