using Microsoft.AspNetCore.Connections.Features;

namespace Archer.Hosting;

/// <summary>The end of a connection whose request's body broke off.</summary>
public static class BrokenBody
{
    /// <summary>
    /// Nothing can be read from the connection any more: the server would drain the body and wait for the next request, and complain of the read that
    /// has not ended. A caller who may still listen (the body was malformed, or ended early) gets an answer first.
    /// </summary>
    public static void CloseAfterBrokenBody(this HttpContext context, IOException failure)
    {
        if (HttpProtocol.IsHttp2(context.Request.Protocol) || HttpProtocol.IsHttp3(context.Request.Protocol))
        {
            return;
        }

        context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        if (failure is not BadHttpRequestException)
        {
            context.Abort();
        }
    }
}
