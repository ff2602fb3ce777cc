using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Archer.Client.Http;
using Microsoft.AspNetCore.Connections;

namespace Archer.Silo.Http;

/// <summary>
/// What the HTTP server refuses by itself (an address with a null character, a header that is none or too long) never reaches the application: the
/// server answers with a bare status and closes the connection. On its way out such an answer gets the problem document that every other failure has.
/// </summary>
internal static class ServerRefusals
{
    private const string Malformed = "The request line or a header is malformed: an address can hold no null character (%00).";

    /// <summary>Explains them on every address that is not encrypted by this process.</summary>
    public static void ExplainRefusals(this WebApplicationBuilder builder) => builder.WebHost.ConfigureKestrel(server =>
        server.ConfigureEndpointDefaults(endpoint => endpoint.Use(next => connection => RunAsync(next, connection))));

    /// <summary>The whole answer in place of a bare one; null for every other answer.</summary>
    internal static byte[]? Explain(ReadOnlySpan<byte> head)
    {
        if (!head.StartsWith("HTTP/1.1 4"u8) || head.Length < 12 || head.IndexOf("\r\nContent-Length: 0\r\n"u8) < 0 || head.IndexOf("\r\nConnection: close\r\n"u8) < 0
            || !int.TryParse(head[9..12], out var status))
        {
            return null;
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(
            Problems.OfStatus(status, status == StatusCodes.Status400BadRequest ? Malformed : null), ArcherJson.Default.ProblemDocument);
        var text = Encoding.ASCII.GetString(head)
            .Replace("\r\nContent-Length: 0\r\n", $"\r\nContent-Length: {body.Length}\r\nContent-Type: application/problem+json\r\n", StringComparison.Ordinal);
        return [.. Encoding.ASCII.GetBytes(text), .. body];
    }

    private static async Task RunAsync(ConnectionDelegate next, ConnectionContext connection)
    {
        var transport = connection.Transport;
        connection.Transport = new Explained(transport.Input, new ExplainingWriter(transport.Output));
        try
        {
            await next(connection);
        }
        finally
        {
            connection.Transport = transport;
        }
    }

    private sealed record Explained(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    /// <summary>The server writes a head in one piece.</summary>
    private sealed class ExplainingWriter(PipeWriter inner) : PipeWriter
    {
        private Memory<byte> _piece;

        public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => inner.UnflushedBytes;

        public override Memory<byte> GetMemory(int sizeHint = 0) => _piece = inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

        public override void Advance(int bytes)
        {
            if (bytes <= _piece.Length && Explain(_piece.Span[..bytes]) is { } answer)
            {
                inner.Write(answer);
            }
            else
            {
                inner.Advance(bytes);
            }

            _piece = default;
        }

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => inner.FlushAsync(cancellationToken);

        public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) =>
            inner.WriteAsync(source, cancellationToken);

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);
    }
}
