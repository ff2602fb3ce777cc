using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Archer.Hosting.Limits;
using Archer.Policy.Serving.Wire;

namespace Archer.Policy.Serving.Http;

/// <summary>Server-sent events as OpenAI's API has them.</summary>
internal static class ChunkStream
{
    /// <summary>Writes chunks as they come. Fails like a plain reply before the first chunk, with an <c>error</c> event after it.</summary>
    /// <returns>What ended the stream early; null when it was written to its end.</returns>
    public static async Task<PolicyProblem?> WriteAsync<T>(HttpContext context, IAsyncEnumerable<T> chunks, JsonTypeInfo<T> type)
    {
        using var place = context.RequestServices.GetRequiredService<StreamLimit>().Enter();
        var response = context.Response;
        await using var enumerator = chunks.GetAsyncEnumerator(context.RequestAborted);
        var more = await enumerator.MoveNextAsync();
        PolicyProblem? ended = null;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache";
        try
        {
            while (more)
            {
                Write(response, JsonSerializer.SerializeToUtf8Bytes(enumerator.Current, type));
                await response.BodyWriter.FlushAsync(context.RequestAborted);
                more = await enumerator.MoveNextAsync();
            }

            Write(response, "[DONE]"u8);
        }
        catch (Exception exception) when (PolicyProblems.Describe(exception) is { } problem)
        {
            Write(response, JsonSerializer.SerializeToUtf8Bytes(new StreamError { Error = problem.Error }, PolicyJson.Default.StreamError));
            ended = problem;
        }

        await response.BodyWriter.FlushAsync(context.RequestAborted);
        return ended;
    }

    private static void Write(HttpResponse response, ReadOnlySpan<byte> json)
    {
        System.Buffers.BuffersExtensions.Write(response.BodyWriter, "data: "u8);
        System.Buffers.BuffersExtensions.Write(response.BodyWriter, json);
        System.Buffers.BuffersExtensions.Write(response.BodyWriter, "\n\n"u8);
    }
}
