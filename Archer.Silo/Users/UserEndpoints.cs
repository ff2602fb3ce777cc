using Archer.Client;
using Archer.Client.Http;
using Archer.Client.Users;
using Archer.Grains.Users;
using Archer.Silo.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Archer.Silo.Users;

/// <summary>The address of a user.</summary>
internal static class UserEndpoints
{
    private const int MaxTenant = 128;

    public static void MapUsers(this IEndpointRouteBuilder routes) => routes.MapDelete("/v1/users/{user}", EraseAsync).WithTags("Users")
        .WithSummary("Erases every conversation of a user: states and rows in the replay buffers. Simulated conversations are no user's")
        .Gives<UserErasure>().Fails(400, 503);

    private static async Task<IResult> EraseAsync(
        string user, HttpContext context, IGrainFactory grains, CancellationToken cancellationToken, string tenant = "")
    {
        var name = Unescape(context, user);
        string[] problems =
        [
            .. UserName.Problem(name) is { } problem ? [$"user: {problem}"] : Array.Empty<string>(),
            .. tenant.Length > MaxTenant ? [$"tenant: expected at most {MaxTenant} characters, found {tenant.Length}"] : Array.Empty<string>(),
        ];
        if (problems.Length > 0)
        {
            throw new InvalidRequestException([.. problems]);
        }

        var erasure = await grains.GetGrain<IUserGrain>(UserKey.Of(tenant, name)).EraseAsync(cancellationToken);
        return TypedResults.Json(erasure, ArcherJson.Default.UserErasure);
    }

    /// <summary>A route's value keeps %2F as it is, so that a name with a slash could not be told from one with a percent sign.</summary>
    private static string Unescape(HttpContext context, string routed)
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget;
        if (string.IsNullOrEmpty(target))
        {
            return routed;
        }

        var path = target.AsSpan()[..(target.IndexOf('?', StringComparison.Ordinal) is var query and >= 0 ? query : target.Length)].TrimEnd('/');
        return Uri.UnescapeDataString(path[(path.LastIndexOf('/') + 1)..]);
    }
}
