using Archer.Client.Http;

namespace Archer.Silo.Http;

/// <summary>What the OpenAPI document says about an endpoint.</summary>
internal static class EndpointDescriptions
{
    public static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder endpoint, string summary)
        where T : notnull => endpoint.Accepts<T>("application/json").WithSummary(summary);

    public static RouteHandlerBuilder Gives<T>(this RouteHandlerBuilder endpoint, int status = StatusCodes.Status200OK) => endpoint.Produces<T>(status);

    public static RouteHandlerBuilder Fails(this RouteHandlerBuilder endpoint, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses)
        {
            endpoint.Produces<ProblemDocument>(status, "application/problem+json");
        }

        return endpoint;
    }
}
