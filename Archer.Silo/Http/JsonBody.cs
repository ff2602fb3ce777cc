using System.Buffers;
using System.Text.Json;
using Archer.Client;
using Archer.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Archer.Silo.Http;

/// <summary>Reads request bodies.</summary>
internal sealed class JsonBody(IOptions<SiloOptions> options)
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    /// <summary>Reads the body as a JSON object and makes a request of it.</summary>
    /// <exception cref="InvalidRequestException">It is not JSON, or not such a request; every problem is listed.</exception>
    /// <exception cref="BadHttpRequestException">It is too long (413), or not declared as JSON (415).</exception>
    public async Task<T> ReadAsync<T>(HttpRequest request, Func<JsonFields, T> make, CancellationToken cancellationToken)
    {
        if (!request.HasJsonContentType())
        {
            throw new BadHttpRequestException("The body must have the content type application/json.", StatusCodes.Status415UnsupportedMediaType);
        }

        cancellationToken.ThrowIfCancellationRequested();
        var bytes = await ReadWholeAsync(request);
        using var document = Parse(bytes);
        var problems = new List<string>();
        var fields = new JsonFields(document.RootElement, problems);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidRequestException([.. problems]);
        }

        var result = make(fields);
        fields.RefuseOthers();
        return problems.Count == 0 ? result : throw new InvalidRequestException([.. problems]);
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return JsonDocument.Parse(bytes, Strict);
        }
        catch (JsonException exception)
        {
            throw new InvalidRequestException($"body: not JSON: {exception.Message}");
        }
    }

    private async Task<ReadOnlyMemory<byte>> ReadWholeAsync(HttpRequest request)
    {
        try
        {
            return await ReadBytesAsync(request);
        }
        catch (IOException failure)
        {
            request.HttpContext.CloseAfterBrokenBody(failure);
            throw;
        }
    }

    /// <summary>
    /// A read that is given up stays pending, and the server, which drains the rest of the body, trips over it. A connection that breaks ends the
    /// read by itself.
    /// </summary>
    private async Task<ReadOnlyMemory<byte>> ReadBytesAsync(HttpRequest request)
    {
        var limit = options.Value.MaxBodyBytes;
        if (request.ContentLength > limit)
        {
            throw TooLong(limit);
        }

        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } server)
        {
            // The bound is the one that is configured, which may be above the server's own.
            server.MaxRequestBodySize = null;
        }

        while (true)
        {
            var read = await request.BodyReader.ReadAsync(CancellationToken.None);
            if (read.Buffer.Length > limit)
            {
                request.BodyReader.AdvanceTo(read.Buffer.End);
                throw TooLong(limit);
            }

            if (read.IsCompleted)
            {
                var bytes = read.Buffer.ToArray();
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return bytes;
            }

            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static BadHttpRequestException TooLong(int limit) =>
        new($"The body is longer than {limit:N0} bytes.", StatusCodes.Status413PayloadTooLarge);
}
