using System.Globalization;
using System.Text.Json;

namespace Archer.Client.Http;

/// <summary>Turns an answer that is no success into an exception.</summary>
internal static class ProblemReader
{
    private const int ShownCharacters = 200;

    public static async Task<ArcherApiException> ReadAsync(HttpCall call, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        byte[] content;
        try
        {
            content = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception cause) when (cause is HttpRequestException or IOException)
        {
            // The status alone still says what happened.
            content = [];
        }
        var problem = Parse(content);
        return new ArcherApiException(Message(call, response, problem, content), response.StatusCode, problem?.Type ?? "")
        {
            Problems = problem?.Problems ?? [],
            RetryAfter = RetryAfter(response, problem),
        };
    }

    /// <summary>The exception of a problem that came inside a stream of events.</summary>
    public static ArcherApiException Of(HttpCall call, string json)
    {
        var problem = Parse(System.Text.Encoding.UTF8.GetBytes(json));
        var status = (System.Net.HttpStatusCode)(problem?.Status ?? 500);
        return new ArcherApiException($"{call.Method} {call.Path} failed with {(int)status}: {problem?.Detail ?? problem?.Title ?? Shown(json)}", status, problem?.Type ?? "")
        {
            Problems = problem?.Problems ?? [],
            RetryAfter = problem?.RetryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        };
    }

    private static ProblemDocument? Parse(byte[] content)
    {
        try
        {
            return JsonSerializer.Deserialize(content, ArcherJson.Default.ProblemDocument);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Message(HttpCall call, HttpResponseMessage response, ProblemDocument? problem, byte[] content)
    {
        var said = problem is null
            ? Shown(System.Text.Encoding.UTF8.GetString(content))
            : problem.Problems is { IsDefaultOrEmpty: false } problems ? string.Join("; ", problems) : problem.Detail ?? problem.Title;
        var status = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
        return said.Length == 0 ? $"{call.Method} {call.Path} failed with {status}." : $"{call.Method} {call.Path} failed with {status}: {said}";
    }

    private static string Shown(string text) => text.Length <= ShownCharacters ? text : text[..ShownCharacters] + "…";

    private static TimeSpan? RetryAfter(HttpResponseMessage response, ProblemDocument? problem) =>
        response.Headers.RetryAfter?.Delta ?? (problem?.RetryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
}
