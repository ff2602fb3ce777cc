using Archer.Policy.Generation;
using Archer.Policy.Serving.Completions;
using Archer.Policy.Serving.Versions;
using Archer.Policy.Serving.Wire;
using Microsoft.Extensions.Options;

namespace Archer.Policy.Serving.Http;

/// <summary>What each address does. Failures are thrown; the endpoint answers them.</summary>
internal sealed class PolicyHandlers(
    ChatCompletions chat, TextCompletions text, PolicyRegistry registry, GenerationMetrics metrics, IOptions<PolicyServerOptions> options)
{
    public Task ChatAsync(HttpContext context) => CountAsync(context, async () =>
    {
        var type = PolicyJson.Default.ChatCompletion;
        var request = await WireBody.ReadAsync(context, PolicyJson.Default.ChatCompletionRequest, options.Value.MaxBodyBytes);
        if (request.Stream == true)
        {
            return await ChunkStream.WriteAsync(context, chat.StreamAsync(request, context.RequestAborted), type);
        }

        await WireBody.WriteAsync(context.Response, await chat.CompleteAsync(request, context.RequestAborted), type);
        return null;
    });

    public Task CompleteAsync(HttpContext context) => CountAsync(context, async () =>
    {
        var type = PolicyJson.Default.TextCompletion;
        var request = await WireBody.ReadAsync(context, PolicyJson.Default.CompletionRequest, options.Value.MaxBodyBytes);
        if (request.Stream == true)
        {
            return await ChunkStream.WriteAsync(context, text.StreamAsync(request, context.RequestAborted), type);
        }

        await WireBody.WriteAsync(context.Response, await text.CompleteAsync(request, context.RequestAborted), type);
        return null;
    });

    public Task ModelsAsync(HttpContext context) =>
        WireBody.WriteAsync(context.Response, VersionViews.Models(registry), PolicyJson.Default.ModelList);

    public Task ModelAsync(HttpContext context) =>
        WireBody.WriteAsync(context.Response, VersionViews.Model(registry, Route(context, "model")), PolicyJson.Default.ModelCard);

    public Task DescribeAsync(HttpContext context) =>
        WireBody.WriteAsync(context.Response, VersionViews.Agent(registry.Describe(Route(context, "agent"))), PolicyJson.Default.AgentPolicies);

    public async Task LoadAsync(HttpContext context)
    {
        await registry.LoadAsync(Route(context, "agent"), Route(context, "version"), context.RequestAborted);
        await DescribeAsync(context);
    }

    private static string Route(HttpContext context, string name) => (string)context.Request.RouteValues[name]!;

    private static string Outcome(int status) => status switch
    {
        429 => "overloaded",
        < 500 => "refused",
        _ => "failed",
    };

    private async Task CountAsync(HttpContext context, Func<Task<PolicyProblem?>> answer)
    {
        var outcome = "failed";
        try
        {
            outcome = await answer() is { } ended ? Outcome(ended.Status) : "ok";
        }
        catch (Exception exception)
        {
            outcome = context.RequestAborted.IsCancellationRequested ? "cancelled" : Outcome(PolicyProblems.Describe(exception)?.Status ?? 500);
            throw;
        }
        finally
        {
            metrics.Request(outcome);
        }
    }
}
