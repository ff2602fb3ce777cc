namespace Archer.Hosting.Security;

/// <summary>
/// Refuses with 403 what a web page of another origin sends to change something. A browser sends a request without a preflight when it has no body or a
/// plain one, and says where it comes from in <c>Origin</c> and <c>Sec-Fetch-Site</c>. Programs send neither. A valid key proves that no page guessed it.
/// </summary>
internal sealed class OwnOrigin(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (IsRead(context.Request.Method) || context.User.Identity?.IsAuthenticated == true || IsOwn(context.Request))
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }

    private static bool IsRead(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    private static bool IsOwn(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        var origin = request.Headers.Origin.ToString();
        return site is "" or "same-origin" or "none"
            && (origin.Length == 0 || origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase));
    }
}
