using System.Diagnostics;
using System.Globalization;
using Archer.Benchmarks.Learning;
using Archer.Client.Http;

namespace Archer.Benchmarks.Loop;

/// <summary>
/// Speed of the whole loop while it learns, and where the processors' time goes. The actor's step size is next to nothing, so that games stay as long as the
/// base plays them (about ten turns); everything else is done in full: critic, actor, a version every 64 conversations.
/// </summary>
internal static class LoopBenchmark
{
    private const string Agent = "twenty-questions";
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(25);

    public static void Run() => RunAsync().GetAwaiter().GetResult();

    private static async Task RunAsync()
    {
        Console.WriteLine("| users | conversations/min | turns each | turns/s | processors busy | decode | sample | value | critic | actor | platform | versions/min |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var users in (int[])[16, 64])
        {
            await MeasureAsync(users);
        }
    }

    private static async Task MeasureAsync(int users)
    {
        using var platform = new PlatformProcess($"--Archer:Demo:Users={users}", "--Archer:StatusSeconds=0", "--Archer:Trainer:Learner:Actor:LearningRate=1e-20");
        await platform.ReadyAsync();
        using var api = new ArcherClient(new ArcherClientOptions { Url = platform.Url });
        using var http = new HttpClient();
        await Task.Delay(WarmUp);
        var before = await api.ReadMetricsAsync(Agent);
        var page = await MetricsPage.ReadAsync(http, platform.Url);
        TimeSpan generation = platform.ProcessorTimeOf("generation"), learner = platform.ProcessorTimeOf("learner"), processor = platform.ProcessorTime;
        var start = Stopwatch.GetTimestamp();
        await Task.Delay(Measured);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Report(
            users, seconds, await api.ReadMetricsAsync(Agent) is var after ? after.Conversations - before.Conversations : 0, after.LearnerStep - before.LearnerStep,
            (await MetricsPage.ReadAsync(http, platform.Url)).Since(page), (platform.ProcessorTimeOf("generation") - generation).TotalSeconds,
            (platform.ProcessorTimeOf("learner") - learner).TotalSeconds, (platform.ProcessorTime - processor).TotalSeconds);
    }

    private static void Report(int users, double seconds, long conversations, long versions, MetricsPage spent, double generation, double learner, double processor)
    {
        const string engine = "archer_policy_time_seconds_total", trainer = "archer_trainer_time_seconds_total";
        var turns = spent["archer_policy_requests_total", "\"ok\""];
        double engineTime = spent[engine], learnerTime = spent[trainer, "critic"] + spent[trainer, "actor"];
        // The threads of engine and learner are measured in processor time and divided as their clocks were.
        double critic = learner * spent[trainer, "critic"] / learnerTime, actor = learner - critic;
        double decode = generation * spent[engine, "decode"] / engineTime, sample = generation * spent[engine, "sample"] / engineTime;
        var platform = processor - generation - learner;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {users} | {conversations / seconds * 60:N0} | {turns / conversations:0.0} | {turns / seconds:N0} | {processor / seconds:0.00} "
            + $"| {decode / processor:P0} | {sample / processor:P0} | {(generation - decode - sample) / processor:P0} | {critic / processor:P0} | {actor / processor:P0} | {platform / processor:P0} "
            + $"| {versions / seconds * 60:F0} |"));
    }
}
