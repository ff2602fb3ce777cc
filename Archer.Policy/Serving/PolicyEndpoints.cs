using Archer.Policy.Serving.Http;

namespace Archer.Policy.Serving;

/// <summary>The policy server's addresses.</summary>
public static class PolicyEndpoints
{
    /// <summary>Where the API is in a process that has an API of its own: the silo's <c>/v1</c> is about conversations.</summary>
    public const string SharedPrefix = "/policy";

    /// <summary>
    /// Maps OpenAI's <c>/v1/models</c>, <c>/v1/completions</c> and <c>/v1/chat/completions</c>, and <c>/v1/policies/{agent}</c>, which lists and loads
    /// versions. Needs <see cref="PolicyServerServices.AddPolicyServer"/>. Conventions go on what it returns.
    /// </summary>
    /// <param name="routes">The process' routes.</param>
    /// <param name="prefix">What stands before <c>/v1</c>. Default: nothing.</param>
    public static IEndpointConventionBuilder MapPolicyApi(this IEndpointRouteBuilder routes, string prefix = "")
    {
        var group = routes.MapGroup($"{prefix}/v1");
        group.MapPost("/chat/completions", Handled(static (handlers, context) => handlers.ChatAsync(context)));
        group.MapPost("/completions", Handled(static (handlers, context) => handlers.CompleteAsync(context)));
        group.MapGet("/models", Handled(static (handlers, context) => handlers.ModelsAsync(context)));
        group.MapGet("/models/{model}", Handled(static (handlers, context) => handlers.ModelAsync(context)));
        group.MapGet("/policies/{agent}", Handled(static (handlers, context) => handlers.DescribeAsync(context)));
        group.MapPost("/policies/{agent}/versions/{version}/load", Handled(static (handlers, context) => handlers.LoadAsync(context)));
        return group;
    }

    /// <summary>Answers what no handler explained (an unknown address, a missing key, an unhandled exception) with OpenAI's <c>error</c> object.</summary>
    public static void UsePolicyErrors(this IApplicationBuilder app)
    {
        app.UseExceptionHandler(branch => branch.Run(WriteStatusAsync));
        app.UseStatusCodePages(context => WriteStatusAsync(context.HttpContext));
    }

    /// <summary>Answers what can be wrong with a request; an unhandled exception goes on to the host.</summary>
    private static RequestDelegate Handled(Func<PolicyHandlers, HttpContext, Task> handle) => async context =>
    {
        try
        {
            await handle(context.RequestServices.GetRequiredService<PolicyHandlers>(), context);
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

    private static Task WriteStatusAsync(HttpContext context) =>
        PolicyProblems.WriteAsync(context, PolicyProblems.OfStatus(context.Response.StatusCode));
}
