using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Archer.Client;
using Archer.Hosting;
using Microsoft.AspNetCore.Http.Features;

namespace Archer.Policy.Serving.Http;

/// <summary>Reads and writes bodies.</summary>
internal static class WireBody
{
    /// <exception cref="InvalidRequestException">It is not JSON, or not of the right types; says where.</exception>
    /// <exception cref="BodyTooLongException">It is too long.</exception>
    /// <exception cref="NotJsonException">It is declared to be something else.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type, long maxBytes)
        where T : class
    {
        // Also keeps web pages from sending requests here on their readers' behalf: a browser asks first before it posts JSON elsewhere.
        if (!context.Request.HasJsonContentType())
        {
            throw new NotJsonException(context.Request.ContentType);
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = maxBytes;
        }

        try
        {
            return await ReadAsync(context, type)
                ?? throw new InvalidRequestException("body: an object is required, found null");
        }
        catch (JsonException exception)
        {
            throw new InvalidRequestException($"body: {Describe(exception)}");
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw new BodyTooLongException(maxBytes);
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode != StatusCodes.Status408RequestTimeout)
        {
            throw new InvalidRequestException($"body: {exception.Message}");
        }
    }

    /// <summary>
    /// A read that is given up stays pending, and the server, which drains the rest of the body, trips over it; a connection that breaks ends it by itself.
    /// </summary>
    private static async ValueTask<T?> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(context.Request.BodyReader, type, CancellationToken.None);
        }
        catch (IOException failure)
        {
            context.CloseAfterBrokenBody(failure);
            throw;
        }
    }

    public static async Task WriteAsync<T>(HttpResponse response, T value, JsonTypeInfo<T> type, string mediaType = "application/json")
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(value, type);
        response.ContentType = mediaType;
        response.ContentLength = bytes.Length;
        await response.BodyWriter.WriteAsync(bytes, response.HttpContext.RequestAborted);
    }

    /// <summary>Our converters say what they expect; the serializer's own words name .NET types, which is no help to a caller.</summary>
    private static string Describe(JsonException exception)
    {
        var reason = exception.Message.Contains("Path: ", StringComparison.Ordinal) || exception.InnerException is not null
            ? "not JSON, or not of the expected type"
            : exception.Message;
        return $"{exception.Path ?? "$"}, line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}: {reason}";
    }
}
