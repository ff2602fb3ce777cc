using Archer.Testing.CommandLine;
using Archer.Testing.Http;

namespace Archer.Client.Tests.CommandLine.Status;

public sealed class StatusTests
{
    private const string Line =
        """{"agent":"twenty-questions","conversations":12,"mean_return_last_200":-9.5,"policy_version":"v000002","turns_per_second":100,"replay_rows":120,"learner_step":2,"episodes_consumed":10,"learner_lag":2,"waiting":0}""";

    [Theory]
    [InlineData("status")]
    [InlineData("status --once")]
    [InlineData("status --agent twenty-questions")]
    public async Task Status_RedirectedOutput_IsOneLookWithoutColours(string command)
    {
        await using var silo = await FakeSilo.StartAsync();
        var run = await CommandRun.OfAsync(command, silo.Url);
        Assert.Equal(
            "agent             serves   conversations  mean return  turns/s  replay rows  critic loss  actor loss  learner step  lag  waiting\n"
            + "twenty-questions  v000002             12        -9.50      100          120            -           -             2    2        0\n",
            run.Output);
        Assert.Equal((0, ""), (run.Code, run.Messages));
    }

    [Fact]
    public async Task Status_Json_IsTheNumbersAsTheApiHasThem()
    {
        await using var silo = await FakeSilo.StartAsync();
        var run = await CommandRun.OfAsync("status --json", silo.Url);
        Assert.Equal((0, Line + "\n"), (run.Code, run.Output));
    }

    [Fact]
    public async Task Status_Interval_LooksUntilInterruptedAndOutlivesASiloThatIsAway()
    {
        await using var silo = await FakeSilo.StartAsync();
        using var interrupt = new CancellationTokenSource();
        var looks = 0;
        silo.Intercept = async context =>
        {
            if (!context.Request.Path.Value!.EndsWith("/metrics"))
            {
                return false;
            }

            looks++;
            if (looks == 2)
            {
                await FakeSilo.ProblemAsync(context, 503, ProblemTypes.StorageUnavailable, "Starting.", 1);
            }

            if (looks == 4)
            {
                await interrupt.CancelAsync();
            }

            return looks == 2;
        };
        var run = await CommandRun.OfAsync("status --json --interval 0.1", silo.Url, cancellationToken: interrupt.Token);
        Assert.Equal((130, Line + "\n" + Line + "\n"), (run.Code, run.Output));
        Assert.Equal("GET v1/agents/twenty-questions/metrics failed with 503: Starting.\n", run.Messages);
    }

    [Fact]
    public async Task Status_OnAScreen_DrawsUntilInterrupted()
    {
        await using var silo = await FakeSilo.StartAsync();
        using var interrupt = new CancellationTokenSource();
        var looks = 0;
        silo.Intercept = async context =>
        {
            if (context.Request.Path.Value!.EndsWith("/metrics") && ++looks == 3)
            {
                await interrupt.CancelAsync();
            }

            return false;
        };
        var run = await CommandRun.WatchedAsync("status --interval 0.1", silo.Url, interrupt.Token);
        Assert.Equal((130, ""), (run.Code, run.Messages));
        Assert.Contains("│ mean return   │            -9.50 │", run.Output);
        Assert.Contains("Ctrl-C ends", run.Output);
    }
}
