using System.Collections.Immutable;
using System.Diagnostics;
using Archer.Client.Policies;
using Archer.Grains.Policies;
using Archer.Policy.Checkpoints;
using Archer.Policy.Generation;
using Archer.Policy.Models;
using Archer.Policy.Serving.Role;
using Archer.Policy.Serving.Versions;
using Archer.Policy.Tensors;
using Archer.Policy.Text;
using Archer.Testing;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Archer.Benchmarks.Generation;

/// <summary>
/// Utterances per second at 1, 16 and 64 users: the engine alone, the same without reuse of earlier turns' caches (the rival), and through HTTP with the
/// client that grains use. The policy has random weights and the shape of the base model; a critic of the same shape speaks with it.
/// </summary>
internal static class GenerationBenchmark
{
    private const string Agent = "benchmark";
    private const int Versions = 8;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(4);

    public static void Run() => RunAsync().GetAwaiter().GetResult();

    private static async Task RunAsync()
    {
        using var directory = new TemporaryDirectory();
        var version = Write(directory.Path, Versions);
        Console.WriteLine($"generation: C 128, 2 layers, V 512, critic of the same shape; {ConversationLoad.ReplyTokens} tokens a reply, 10 turns a conversation");
        Console.WriteLine($"{Environment.ProcessorCount} cores; {Measured.TotalSeconds} s a cell");
        Console.WriteLine("users | way                    | utterances/s |   p50 ms |   p99 ms | processor ms an utterance | decode/critic/draw");
        foreach (var users in (int[])[1, 16, 64])
        {
            var whole = await EngineAsync(directory.Path, version, users, reuse: false);
            var reusing = await EngineAsync(directory.Path, version, users, reuse: true);
            await HttpAsync(directory.Path, version, users, stream: false);
            await HttpAsync(directory.Path, version, users, stream: true);
            await SwapAsync(directory.Path, version, users);
            Console.WriteLine($"{users,5} | reuse of earlier turns: ×{reusing / whole:F2}");
        }
    }

    private static Task<double> EngineAsync(string path, string version, int users, bool reuse) =>
        ServeAsync(path, reuse, async services =>
        {
            var engine = services.GetRequiredService<GenerationThread>();
            using var lease = await services.GetRequiredService<PolicyRegistry>().AcquireAsync($"{Agent}@{version}", CancellationToken.None);
            return await MeasureAsync(
                users, reuse ? "engine" : "engine, nothing reused", engine.Statistics,
                (history, text, seed) => SayAsync(engine, lease.Policy, history, text, seed));
        });

    private static Task<double> HttpAsync(string path, string version, int users, bool stream) =>
        ServeAsync(path, reuse: true, async services =>
        {
            var url = services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
            using var http = new HttpClient { BaseAddress = new Uri(url) };
            var client = new HttpPolicyClient(http, Options.Create(new PolicyClientOptions()), TimeProvider.System, NullLogger<HttpPolicyClient>.Instance);
            var statistics = services.GetRequiredService<EngineStatistics>();
            return await MeasureAsync(users, stream ? "HTTP, streamed" : "HTTP", statistics, async (history, text, seed) =>
            {
                var answer = await AskAsync(client, Request(version, history, text, seed), stream);
                return (answer.PromptTokenIds, answer.Utterance.TokenIds);
            });
        });

    /// <summary>The engine while a version is published every quarter of a second: each takes the caches of all conversations with it.</summary>
    private static Task<double> SwapAsync(string path, string version, int users) =>
        ServeAsync(path, reuse: true, async services =>
        {
            var engine = services.GetRequiredService<GenerationThread>();
            var registry = services.GetRequiredService<PolicyRegistry>();
            var serving = version;
            using var over = new CancellationTokenSource();
            var publishing = PublishAsync(registry, published => Volatile.Write(ref serving, published), over.Token);
            var perSecond = await MeasureAsync(users, "engine, 4 swaps/s", engine.Statistics, async (history, text, seed) =>
            {
                using var lease = await registry.AcquireAsync($"{Agent}@{Volatile.Read(ref serving)}", CancellationToken.None);
                return await SayAsync(engine, lease.Policy, history, text, seed);
            });
            await over.CancelAsync();
            await publishing;
            return perSecond;
        });

    private static async Task PublishAsync(PolicyRegistry registry, Action<string> serve, CancellationToken over)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        try
        {
            for (var number = 1; await timer.WaitForNextTickAsync(over); number++)
            {
                var version = PolicyVersionName.Of(number % Versions);
                await registry.LoadAsync(Agent, version, over);
                serve(version);
            }
        }
        catch (OperationCanceledException)
        {
            // Measured long enough.
        }
    }

    private static async Task<double> MeasureAsync(int users, string way, EngineStatistics statistics, ConversationLoad.Speak speak)
    {
        var processor = Process.GetCurrentProcess().TotalProcessorTime;
        var before = statistics.Requests;
        var result = await ConversationLoad.RunAsync(users, WarmUp, Measured, speak);
        var requests = statistics.Requests - before;
        var spent = (Process.GetCurrentProcess().TotalProcessorTime - processor).TotalMilliseconds / requests;
        Console.WriteLine(
            $"{users,5} | {way,-22} | {result.PerSecond,12:F0} | {result.P50,8:F2} | {result.P99,8:F2} | {spent,25:F3} | "
            + $"{statistics.DecodeTime.TotalMilliseconds / statistics.Requests:F3} / {statistics.CriticTime.TotalMilliseconds / statistics.Requests:F3} / "
            + $"{statistics.SampleTime.TotalMilliseconds / statistics.Requests:F3} ms");
        return result.PerSecond;
    }

    private static async Task<(ImmutableArray<int> Prompt, ImmutableArray<int> Utterance)> SayAsync(
        GenerationThread engine, ResidentPolicy policy, ImmutableArray<(ImmutableArray<int> Prompt, ImmutableArray<int> Utterance)> history, string text, ulong seed)
    {
        var added = policy.Template.PromptDelta([ChatMessage.User(text)], history.IsEmpty ? [] : history[^1].Utterance.AsSpan());
        var result = await engine.GenerateAsync(
            new GenerationRequest
            {
                Model = policy.Model,
                PromptTokenIds = [.. history.SelectMany(turn => turn.Prompt.Concat(turn.Utterance)), .. added],
                Sampling = new SamplingSettings { Seed = seed, MaxTokens = ConversationLoad.ReplyTokens },
                StopTokens = [policy.Template.StopId],
                Mask = policy.Mask,
            },
            CancellationToken.None);
        return (added, [.. result.Tokens.Select(token => token.Id)]);
    }

    private static async Task<PolicyAnswer> AskAsync(HttpPolicyClient client, PolicyRequest request, bool stream)
    {
        if (!stream)
        {
            return await client.CompleteAsync(request, CancellationToken.None);
        }

        PolicyAnswer? answer = null;
        await foreach (var fragment in client.StreamAsync(request, CancellationToken.None))
        {
            answer ??= fragment.Answer;
        }

        return answer!;
    }

    private static PolicyRequest Request(
        string version, ImmutableArray<(ImmutableArray<int> Prompt, ImmutableArray<int> Utterance)> history, string text, ulong seed) => new()
        {
            Agent = Agent,
            Version = version,
            SystemPrompt = "",
            History = [.. history.Select(turn => new PolicyTurn("", turn.Prompt, "", turn.Utterance))],
            UserText = text,
            Sampling = new SamplingSettings { Seed = seed, MaxTokens = ConversationLoad.ReplyTokens },
        };

    private static async Task<double> ServeAsync(string path, bool reuse, Func<IServiceProvider, Task<double>> measure)
    {
        await using var app = PolicyProcess.Build(
            ["--urls", "http://127.0.0.1:0", "--Archer:Policy:PoliciesDirectory", path, "--Archer:Policy:Generation:PrefixCaching", $"{reuse}"],
            builder => builder.Logging.SetMinimumLevel(LogLevel.Error));
        await app.StartAsync();
        var perSecond = await measure(app.Services);
        await app.StopAsync();
        return perSecond;
    }

    private static string Write(string path, int versions)
    {
        using var backend = TensorBackends.Cpu();
        var tokenizer = new BpeTrainer(new BpeTrainerOptions { VocabularySize = 256 + ChatTemplate.SpecialTokens.Count }).Train([]);
        var config = new LlamaConfig { VocabularySize = 512, HiddenSize = 128, IntermediateSize = 256, Layers = 2, Heads = 4, MaxPositions = 512 };
        var actor = new LlamaDecoder(backend, config);
        actor.Initialize(1);
        var critic = new Critic(backend, config, headSize: 128);
        critic.Initialize(2);
        var files = PolicyCheckpoint.Files(actor, critic, tokenizer);
        var store = new CheckpointStore(path, Agent, TimeProvider.System);
        string[] names = [.. Enumerable.Range(0, versions).Select(_ => store.Write(new CheckpointDraft { Files = files }).Version)];
        return names[^1];
    }
}
