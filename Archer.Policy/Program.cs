using Archer.Policy.Serving;
using Archer.Policy.Serving.Http;

namespace Archer.Policy;

/// <summary>The role <c>policy</c> as a process of its own.</summary>
internal static class Program
{
    private const string DefaultUrl = "http://127.0.0.1:5081";

    private static async Task Main(string[] args)
    {
        await using var app = Build(args);
        await app.RunAsync();
    }

    /// <summary>Everything but running, for tests too.</summary>
    internal static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Services.AddPolicyServer();
        if (string.IsNullOrEmpty(builder.Configuration[WebHostDefaults.ServerUrlsKey]))
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        configure?.Invoke(builder);
        var app = builder.Build();
        app.UseExceptionHandler(branch => branch.Run(WriteStatusAsync));
        app.UseStatusCodePages(context => WriteStatusAsync(context.HttpContext));
        app.MapGet("/health/live", () => "live");
        app.MapPolicyApi();
        return app;
    }

    private static Task WriteStatusAsync(HttpContext context) =>
        PolicyProblems.WriteAsync(context, PolicyProblems.OfStatus(context.Response.StatusCode));
}
