using Archer.Policy.Generation;
using Archer.Policy.Serving.Completions;
using Archer.Policy.Serving.Http;
using Archer.Policy.Serving.Versions;
using Archer.Policy.Serving.Wire;
using Microsoft.Extensions.Options;

namespace Archer.Policy.Serving;

/// <summary>The policy server's addresses.</summary>
public static class PolicyEndpoints
{
    /// <summary>
    /// Maps OpenAI's <c>/v1/models</c>, <c>/v1/completions</c>, <c>/v1/chat/completions</c>, and <c>/v1/policies/{agent}</c>, which tells and changes the
    /// versions in memory. Needs <see cref="PolicyServerServices.AddPolicyServer"/>. Conventions (such as authorization) go on what it returns.
    /// </summary>
    public static IEndpointConventionBuilder MapPolicyApi(this IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var options = services.GetRequiredService<IOptions<PolicyServerOptions>>().Value;
        var registry = services.GetRequiredService<PolicyRegistry>();
        var chat = services.GetRequiredService<ChatCompletions>();
        var text = services.GetRequiredService<TextCompletions>();
        var metrics = services.GetRequiredService<GenerationMetrics>();
        var group = routes.MapGroup("/v1");

        group.MapPost("/chat/completions", Counted(metrics, async context =>
        {
            var request = await JsonBody.ReadAsync(context, PolicyJson.Default.ChatCompletionRequest, options.MaxBodyBytes);
            await (request.Stream == true
                ? EventStream.WriteAsync(context, chat.StreamAsync(request, context.RequestAborted), PolicyJson.Default.ChatCompletion)
                : JsonBody.WriteAsync(context.Response, await chat.CompleteAsync(request, context.RequestAborted), PolicyJson.Default.ChatCompletion));
        }));
        group.MapPost("/completions", Counted(metrics, async context =>
        {
            var request = await JsonBody.ReadAsync(context, PolicyJson.Default.CompletionRequest, options.MaxBodyBytes);
            await (request.Stream == true
                ? EventStream.WriteAsync(context, text.StreamAsync(request, context.RequestAborted), PolicyJson.Default.TextCompletion)
                : JsonBody.WriteAsync(context.Response, await text.CompleteAsync(request, context.RequestAborted), PolicyJson.Default.TextCompletion));
        }));
        MapVersions(group, registry);
        return group;
    }

    private static void MapVersions(RouteGroupBuilder group, PolicyRegistry registry)
    {
        group.MapGet("/models", Guarded(context =>
            JsonBody.WriteAsync(context.Response, VersionViews.Models(registry), PolicyJson.Default.ModelList)));
        group.MapGet("/policies/{agent}", Guarded(context =>
            WriteAsync(context, registry.Describe(Route(context, "agent")))));
        group.MapPost("/policies/{agent}/versions/{version}/load", Guarded(async context =>
        {
            await registry.LoadAsync(Route(context, "agent"), Route(context, "version"), context.RequestAborted);
            await WriteAsync(context, registry.Describe(Route(context, "agent")));
        }));
        group.MapPost("/policies/{agent}/versions/{version}/serve", Guarded(async context =>
        {
            await registry.ServeAsync(Route(context, "agent"), Route(context, "version"), context.RequestAborted);
            await WriteAsync(context, registry.Describe(Route(context, "agent")));
        }));
    }

    private static Task WriteAsync(HttpContext context, AgentVersions versions) =>
        JsonBody.WriteAsync(context.Response, VersionViews.Agent(versions), PolicyJson.Default.AgentPolicies);

    private static string Route(HttpContext context, string name) => (string)context.Request.RouteValues[name]!;

    private static RequestDelegate Counted(GenerationMetrics metrics, Func<HttpContext, Task> handle)
    {
        var guarded = Guarded(handle);
        return async context =>
        {
            await guarded(context);
            metrics.Request(context.RequestAborted.IsCancellationRequested ? "cancelled" : Outcome(context.Response.StatusCode));
        };
    }

    private static string Outcome(int status) => status switch
    {
        < 400 => "ok",
        429 => "overloaded",
        < 500 => "refused",
        _ => "failed",
    };

    /// <summary>Answers what can go wrong with a request; a defect goes on to the host.</summary>
    private static RequestDelegate Guarded(Func<HttpContext, Task> handle) => async context =>
    {
        try
        {
            await handle(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller has left: nobody reads an answer.
        }
        catch (Exception exception) when (!context.Response.HasStarted && PolicyProblems.Describe(exception) is { } problem)
        {
            await PolicyProblems.WriteAsync(context, problem);
        }
    };
}
