using Archer.Silo.Http;

namespace Archer.Silo.Security;

/// <summary>
/// Refuses what a page of another origin sends to change something: browsers say where a request comes from (Fetch Metadata), and a request
/// without a body, such as a rollback, would otherwise be sent without asking. Programs that are no browsers send no such header.
/// </summary>
internal sealed class OwnPagesOnly(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var site = context.Request.Headers["Sec-Fetch-Site"].ToString();
        var reads = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        return reads || site is "" or "same-origin" or "none"
            ? next(context)
            : Problems.WriteAsync(context, Problems.OfStatus(StatusCodes.Status403Forbidden));
    }
}
