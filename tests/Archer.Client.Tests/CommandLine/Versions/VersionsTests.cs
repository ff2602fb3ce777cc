using Archer.Client.Agents;
using Archer.Testing.CommandLine;
using Archer.Testing.Http;

namespace Archer.Client.Tests.CommandLine.Versions;

public sealed class VersionsTests
{
    private static readonly DateTimeOffset Announced = new(2026, 11, 21, 6, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task List_NewestFirst_WithTheirRoles()
    {
        await using var silo = await FakeSilo.StartAsync();
        silo.Agent = silo.Agent with { Previous = "v000001", Candidate = "v000003", CanaryShare = 0.1, Versions = [Version(1), Version(2), Version(3)] };
        var run = await CommandRun.OfAsync("versions list", silo.Url);
        Assert.Equal(
            "version  role    step  trained on rows  announced\n"
            + "v000003  canary    30            1–300  2026-11-21 06:00:03Z\n"
            + "v000002  serves    20            1–200  2026-11-21 06:00:02Z\n"
            + "v000001  before    10            1–100  2026-11-21 06:00:01Z\n",
            run.Output);
        Assert.Equal((0, "twenty-questions serves v000002 (before: v000001), v000003 as a canary for 10 % of the conversations.\n"), (run.Code, run.Messages));
    }

    [Fact]
    public async Task List_AfterAFallback_SaysThatNobodyChoseIt()
    {
        await using var silo = await FakeSilo.StartAsync();
        var left = new VersionFallback { From = "v000003", Reason = "model.safetensors was refused at byte 1000.\nRestore it.", At = Announced };
        silo.Agent = silo.Agent with { Previous = "v000003", Fallback = left, Versions = [Version(2), Version(3)] };
        var run = await CommandRun.OfAsync("versions list", silo.Url);
        Assert.Contains("v000003  refused ", run.Output, StringComparison.Ordinal);
        Assert.Equal(
            "twenty-questions serves v000002 (before: v000003). Nobody chose it: at 2026-11-21 06:00:00Z v000003 could not serve any more. "
            + "model.safetensors was refused at byte 1000. Restore it.\n",
            run.Messages);
    }

    [Fact]
    public async Task List_Limit_SaysThatThereAreMore()
    {
        await using var silo = await FakeSilo.StartAsync();
        silo.Agent = silo.Agent with { Versions = [Version(1), Version(2), Version(3)] };
        var run = await CommandRun.OfAsync("versions list --limit 1", silo.Url);
        Assert.Equal(2, run.Output.TrimEnd().Split('\n').Length);
        Assert.Equal("twenty-questions serves v000002. 1 of 3 announced versions; --limit shows more.\n", run.Messages);
    }

    [Fact]
    public async Task List_Json_OneLineAVersion()
    {
        await using var silo = await FakeSilo.StartAsync();
        silo.Agent = silo.Agent with { Versions = [Version(1), Version(2)] };
        var run = await CommandRun.OfAsync("versions list --json", silo.Url);
        Assert.Equal(
            """{"version":"v000002","step":20,"first_position":1,"last_position":200,"announced_at":"2026-11-21T06:00:02+00:00","epoch":0}""",
            run.Output.Split('\n')[0]);
        Assert.Equal((0, ""), (run.Code, run.Messages));
    }

    [Fact]
    public async Task Serve_Version_GoesToEverybody()
    {
        await using var silo = await FakeSilo.StartAsync();
        var run = await CommandRun.OfAsync("versions serve v000001", silo.Url);
        Assert.Equal((0, "twenty-questions serves v000001 (before: v000002).\n", ""), (run.Code, run.Output, run.Messages));
        Assert.Contains("""POST /v1/agents/twenty-questions/serve {"version":"v000001","canary_share":0}""", silo.Requests);
    }

    [Fact]
    public async Task Serve_CanaryShare_IsATrial()
    {
        await using var silo = await FakeSilo.StartAsync();
        var run = await CommandRun.OfAsync("versions serve v000003 --canary-share 0.25 --agent twenty-questions", silo.Url);
        Assert.Equal((0, "twenty-questions serves v000002, v000003 as a canary for 25 % of the conversations.\n"), (run.Code, run.Output));
        Assert.Contains("""POST /v1/agents/twenty-questions/serve {"candidate":"v000003","canary_share":0.25}""", silo.Requests);
    }

    [Fact]
    public async Task Serve_RefusedVersion_SaysThatNothingHasChanged()
    {
        await using var silo = await FakeSilo.StartAsync();
        silo.Intercept = async context =>
        {
            if (!context.Request.Path.Value!.EndsWith("/serve"))
            {
                return false;
            }

            await FakeSilo.ProblemAsync(context, 422, ProblemTypes.VersionRefused, "There is no v000009.");
            return true;
        };
        var run = await CommandRun.OfAsync("versions serve v000009", silo.Url);
        Assert.Equal(
            (1, "archer versions serve: POST v1/agents/twenty-questions/serve failed with 422: There is no v000009. "
                + "The command 'archer versions list' shows the versions, of which the newest are on disk; what serves has not changed.\n"),
            (run.Code, run.Messages));
    }

    [Fact]
    public async Task Rollback_IsAskedForOnce()
    {
        await using var silo = await FakeSilo.StartAsync();
        var run = await CommandRun.OfAsync("versions rollback --json", silo.Url);
        Assert.Equal(0, run.Code);
        Assert.StartsWith("""{"name":"twenty-questions","current":"v000002",""", run.Output);
        Assert.Equal(["GET /v1/agents", "POST /v1/agents/twenty-questions/rollback"], silo.Requests);
    }

    private static VersionView Version(int number) => new()
    {
        Version = $"v{number:D6}",
        Step = 10 * number,
        FirstPosition = 1,
        LastPosition = 100 * number,
        AnnouncedAt = Announced.AddSeconds(number),
    };
}
