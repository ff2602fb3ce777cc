using Archer.Hosting;
using Archer.Hosting.Limits;
using Archer.Hosting.Logging;
using Archer.Hosting.Security;
using Archer.Hosting.Settings;
using Archer.Hosting.Telemetry;
using Archer.Policy.Serving.Versions;
using Microsoft.Extensions.Options;

namespace Archer.Policy.Serving.Role;

/// <summary>Puts the role <c>policy</c> together as a process of its own.</summary>
internal static class PolicyProcess
{
    private const string DefaultUrl = "http://127.0.0.1:5081";

    /// <param name="args">Configuration as <c>--key value</c>.</param>
    /// <param name="configure">What a test changes before it is built.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Configuration.AddLogDefaults();
        if (!ListenAddresses.Configured(builder.Configuration).Any())
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        builder.AddRole(args);
        configure?.Invoke(builder);
        var app = builder.Build();
        app.UseRole();
        return app;
    }

    private static void AddRole(this WebApplicationBuilder builder, string[] args)
    {
        var expected = RoleSettings.Of(PolicyServerOptions.Section, typeof(PolicyServerOptions), typeof(PolicyProcessOptions));
        expected.Add(HttpLimitOptions.Section[(RoleSettings.Section.Length + 1)..], SettingsNode.Section().AddOptions(typeof(HttpLimitOptions)));
        builder.Services.RefuseStart<PolicyProcessOptions>(expected.Check(args, builder.Configuration));
        if (!string.IsNullOrEmpty(builder.Configuration[$"{PolicyServerOptions.Section}:{nameof(PolicyProcessOptions.Silo)}"]))
        {
            builder.Services.AddSingleton<IServingVersions, SiloServingVersions>();
        }

        builder.Services.AddPolicyServer();
        builder.AddTelemetry("archer-policy");
        builder.Services.AddHttpLimits();
        builder.Services.LimitRepeatedFailures();
        builder.Services.AddOptions<PolicyProcessOptions>().BindConfiguration(PolicyServerOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<PolicyProcessOptions>, PolicyProcessOptionsValidator>();
        builder.Services.AddSingleton(Console.Out);
        builder.Services.AddHostFiltering(static _ => { });
        builder.Services.AddKeySecurity<PolicyProcessOptions>(options => options.Keys);
    }

    private static void UseRole(this WebApplication app)
    {
        app.PrintAddressWhenReady("The policy server is ready at", app.Services.GetRequiredService<TextWriter>());
        app.UsePolicyErrors();
        app.UseHttpLimits();
        app.UseHostFiltering();
        app.UseKeySecurity();
        app.MapGet("/health/live", static () => "live").AllowAnonymous();
        app.MapGet("/health/ready", Ready).AllowAnonymous();
        app.MapTelemetry();
        app.MapPolicyApi();
    }

    /// <summary>Not while it stops, and not before there is a version that could speak.</summary>
    private static IResult Ready(IHostApplicationLifetime lifetime, IPolicyLoader loader) =>
        lifetime.ApplicationStopping.IsCancellationRequested || loader.Agents().Count == 0
            ? Results.Text("not ready", statusCode: StatusCodes.Status503ServiceUnavailable)
            : Results.Text("ready");
}
