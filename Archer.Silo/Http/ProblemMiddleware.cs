using Microsoft.AspNetCore.Connections;

namespace Archer.Silo.Http;

/// <summary>Turns what handlers throw, and statuses that nobody explained, into problem documents.</summary>
internal sealed partial class ProblemMiddleware(RequestDelegate next, IHostApplicationLifetime lifetime, ILogger<ProblemMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentLength: null, ContentType: null })
            {
                await Problems.WriteAsync(context, Problems.OfStatus(context.Response.StatusCode));
            }
        }
        catch (Exception exception) when (HasLeft(context, exception))
        {
            // The client has left: there is nobody to answer.
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            var problem = Problems.Of(exception);
            if (problem is null)
            {
                LogDefect(context.Request.Method, context.Request.Path, exception);
            }
            else if (Problems.IsOfTheHost(exception) && !IsStop(exception))
            {
                LogUnanswered(context.Request.Method, context.Request.Path, problem.Status, exception);
            }

            await Problems.WriteAsync(context, problem ?? Problems.OfStatus(StatusCodes.Status500InternalServerError));
        }
    }

    /// <summary>A connection that breaks while the body is read fails the read before it aborts the request.</summary>
    private static bool HasLeft(HttpContext context, Exception exception) => exception is ConnectionResetException
        || (exception is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested);

    /// <summary>A silo that stops ends the waits of simulated users: nothing failed.</summary>
    private bool IsStop(Exception exception) => exception is OperationCanceledException && lifetime.ApplicationStopping.IsCancellationRequested;

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    private partial void LogDefect(string method, string path, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Method} {Path} was answered with {Status}")]
    private partial void LogUnanswered(string method, string path, int status, Exception exception);
}
