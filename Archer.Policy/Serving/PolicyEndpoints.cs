using Archer.Policy.Serving.Http;

namespace Archer.Policy.Serving;

/// <summary>The policy server's addresses.</summary>
public static class PolicyEndpoints
{
    /// <summary>
    /// Maps OpenAI's <c>/v1/models</c>, <c>/v1/completions</c>, <c>/v1/chat/completions</c>, and <c>/v1/policies/{agent}</c>, which tells and
    /// changes the versions in memory. Needs <see cref="PolicyServerServices.AddPolicyServer"/>. Conventions go on what it returns.
    /// </summary>
    public static IEndpointConventionBuilder MapPolicyApi(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1");
        group.MapPost("/chat/completions", Handled(static (handlers, context) => handlers.ChatAsync(context)));
        group.MapPost("/completions", Handled(static (handlers, context) => handlers.CompleteAsync(context)));
        group.MapGet("/models", Handled(static (handlers, context) => handlers.ModelsAsync(context)));
        group.MapGet("/policies/{agent}", Handled(static (handlers, context) => handlers.DescribeAsync(context)));
        group.MapPost("/policies/{agent}/versions/{version}/load", Handled(static (handlers, context) => handlers.LoadAsync(context)));
        group.MapPost("/policies/{agent}/versions/{version}/serve", Handled(static (handlers, context) => handlers.ServeAsync(context)));
        return group;
    }

    /// <summary>Answers what can go wrong with a request; a defect goes on to the host.</summary>
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
}
