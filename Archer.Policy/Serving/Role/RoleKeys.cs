using System.Security.Cryptography;
using System.Text;
using Archer.Policy.Serving.Http;
using Microsoft.Extensions.Options;

namespace Archer.Policy.Serving.Role;

/// <summary>Asks for a bearer key where keys are configured, except for health. Compares digests, so that time tells nothing about a key.</summary>
internal sealed class RoleKeys(RequestDelegate next, IOptions<RoleOptions> options)
{
    private const string Scheme = "Bearer ";
    private readonly byte[][] digests = [.. options.Value.Keys.Select(Digest)];

    public Task InvokeAsync(HttpContext context)
    {
        if (digests.Length == 0 || context.Request.Path.StartsWithSegments("/health") || IsKnown(context.Request.Headers.Authorization))
        {
            return next(context);
        }

        context.Response.Headers.WWWAuthenticate = "Bearer";
        return PolicyProblems.WriteAsync(context, PolicyProblems.OfStatus(StatusCodes.Status401Unauthorized));
    }

    private bool IsKnown(string? authorization)
    {
        if (authorization?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) != true)
        {
            return false;
        }

        var digest = Digest(authorization[Scheme.Length..].Trim());
        return digests.Aggregate(false, (known, key) => known | CryptographicOperations.FixedTimeEquals(key, digest));
    }

    private static byte[] Digest(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
