using System.Security.Cryptography;
using System.Text;
using Archer.Silo.Health;
using Archer.Silo.Http;
using Archer.Silo.Page;
using Microsoft.Extensions.Options;

namespace Archer.Silo.Security;

/// <summary>Asks for a bearer key where keys are configured, except for health and the page's files. Compares digests, so that time tells nothing about a key.</summary>
internal sealed class BearerKeys(RequestDelegate next, IOptions<SiloOptions> options)
{
    private const string Scheme = "Bearer ";
    private readonly byte[][] _digests = [.. options.Value.Keys.Select(Digest)];

    public Task InvokeAsync(HttpContext context)
    {
        if (_digests.Length == 0 || IsOpen(context.Request.Path) || IsKnown(context.Request.Headers.Authorization))
        {
            return next(context);
        }

        context.Response.Headers.WWWAuthenticate = "Bearer";
        return Problems.WriteAsync(context, Problems.OfStatus(StatusCodes.Status401Unauthorized));
    }

    /// <summary>Health of this process alone, and the page's own files, which hold no data: the page asks for a key itself.</summary>
    private static bool IsOpen(PathString path) =>
        (path.StartsWithSegments("/health") && !path.StartsWithSegments(HealthEndpoints.DependenciesPath))
        || path == "/" || path.StartsWithSegments(PageFiles.Folder);

    private bool IsKnown(string? authorization)
    {
        if (authorization?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) != true)
        {
            return false;
        }

        var digest = Digest(authorization[Scheme.Length..].Trim());
        var known = false;
        foreach (var key in _digests)
        {
            known |= CryptographicOperations.FixedTimeEquals(key, digest);
        }

        return known;
    }

    private static byte[] Digest(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
