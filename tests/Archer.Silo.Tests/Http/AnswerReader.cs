using System.Net;
using System.Text.Json;
using Archer.Client.Http;

namespace Archer.Silo.Tests.Http;

/// <summary>Reads and asserts answers.</summary>
internal static class AnswerReader
{
    public static async Task<JsonElement> JsonAsync(this Task<HttpResponseMessage> answering, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var answer = await answering;
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == expected, $"Expected {expected}, found {answer.StatusCode}: {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    public static async Task<ProblemDocument> ProblemAsync(this Task<HttpResponseMessage> answering, int status, string type)
    {
        using var answer = await answering;
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Equal((status, "application/problem+json"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        var problem = JsonSerializer.Deserialize(text, ArcherJson.Default.ProblemDocument)!;
        Assert.Equal((status, type), (problem.Status, problem.Type));
        if (status is 429 or 503)
        {
            Assert.Equal(problem.RetryAfterSeconds, (int?)answer.Headers.RetryAfter?.Delta?.TotalSeconds);
        }

        return problem;
    }
}
