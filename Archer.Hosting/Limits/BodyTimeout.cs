using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Options;

namespace Archer.Hosting.Limits;

/// <summary>
/// Gives a request's body a time in which it must have arrived. Kestrel bounds the average rate only: of a body of 100 kB, whose last bytes are held back, it would
/// wait seven minutes. The rate that this request needs to be in time bounds the time as well, since its average falls below it then.
/// </summary>
internal sealed class BodyTimeout(RequestDelegate next, IOptions<HttpLimitOptions> options)
{
    private const long UnknownLength = 262_144;
    private const double MinBytesPerSecond = 240;
    private static readonly TimeSpan MaxGrace = TimeSpan.FromSeconds(5);
    private readonly TimeSpan _timeout = options.Value.BodyTimeout;

    public Task InvokeAsync(HttpContext context)
    {
        if (HttpProtocol.IsHttp11(context.Request.Protocol) && context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            var needed = (context.Request.ContentLength ?? UnknownLength) / _timeout.TotalSeconds;
            rate.MinDataRate = new MinDataRate(Math.Max(MinBytesPerSecond, needed), _timeout < MaxGrace ? _timeout : MaxGrace);
        }

        return next(context);
    }
}
