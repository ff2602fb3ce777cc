using System.Collections.Concurrent;
using System.Text;
using Archer.Client.Conversations;
using Archer.Client.Http;
using Archer.Testing;
using Archer.Testing.Grains;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Archer.EndToEnd.Tests.Processes;

/// <summary>The real process and a collector that keeps what it is sent.</summary>
[Collection(nameof(Processes))]
[Trait("Category", "Slow")]
public sealed class TelemetryTests
{
    private const string Secret = "Neither the collector nor anybody else reads this.";

    [Fact]
    public async Task Turn_WithACollector_IsTracedFromTheRequestToTheCommit()
    {
        await using var collector = await Collector.StartAsync();
        using var data = new TemporaryDirectory();
        await using var silo = await SiloProcess.StartAsync(
            data.Path, SiloProcess.FreePort(), "--Archer:Demo:Users=0", $"--Archer:Telemetry:OtlpEndpoint={collector.Url}", "--Archer:Telemetry:TraceShare=1");
        using var client = new ArcherClient(new ArcherClientOptions { Url = silo.Url });
        var conversation = await client.StartAsync(new StartConversation { Agent = "twenty-questions", Id = "traced-conversation" });

        var reply = await client.SayAsync(conversation.Id, new UserMessage { Text = Secret });
        await silo.StopAsync();

        string[] expected =
        [
            "POST /v1/conversations/{id}/messages", "chat twenty-questions", "generate", "commit", "traced-conversation", reply.PolicyVersion,
            "gen_ai.operation.name", "archer-silo",
        ];
        await Eventually.TrueAsync(() => expected.All(collector.Traces.Contains), $"{string.Join(", ", expected)} in the traces");
        Assert.DoesNotContain(Secret, collector.Traces);
        Assert.DoesNotContain(reply.Text, collector.Traces);
    }

    /// <summary>Takes OTLP over gRPC without encryption. Texts are in the messages as they are.</summary>
    private sealed class Collector(WebApplication app, ConcurrentQueue<string> traces) : IAsyncDisposable
    {
        public string Url => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

        public string Traces => string.Concat(traces);

        public static async Task<Collector> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(server => server.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2));
            var app = builder.Build();
            var traces = new ConcurrentQueue<string>();
            app.Run(async context =>
            {
                using var body = new MemoryStream();
                await context.Request.Body.CopyToAsync(body);
                if (context.Request.Path == "/opentelemetry.proto.collector.trace.v1.TraceService/Export")
                {
                    traces.Enqueue(Encoding.UTF8.GetString(body.ToArray()));
                }

                context.Response.ContentType = "application/grpc";
                context.Response.AppendTrailer("grpc-status", "0");
                await context.Response.Body.WriteAsync(new byte[5]);
            });
            await app.StartAsync();
            return new Collector(app, traces);
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
