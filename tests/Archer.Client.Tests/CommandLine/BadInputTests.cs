using Archer.Testing.CommandLine;
using Archer.Testing.Http;

namespace Archer.Client.Tests.CommandLine;

/// <summary>Every command answers bad input with a sentence and a code, and changes nothing.</summary>
public sealed class BadInputTests
{
    public static TheoryData<string> Commands { get; } =
    [
        "chat", "status --once", "agents", "versions list", "versions serve v000001", "versions rollback", "conversations list", "conversations show c", "conversations export",
        "simulate --episodes 1", "bench --seconds 1",
    ];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Command_NoSilo_SaysHowToStartOne(string command)
    {
        var silo = await FakeSilo.StartAsync();
        var url = silo.Url;
        await silo.DisposeAsync();
        var run = await CommandRun.OfAsync(command, url);
        Assert.Equal((1, ""), (run.Code, run.Output));
        Assert.Matches(
            $"^archer {Name(command)}: The silo at {url} gave no whole answer to v1/[a-z/]+ \\(Connection refused\\)\\. "
            + "Start a silo \\(dotnet run --project Archer\\.Silo -c Release\\) or give its address with --url or in ARCHER_URL\\.\n$",
            run.Messages);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Command_KeyMissing_SaysWhereToGiveIt(string command)
    {
        await using var silo = await FakeSilo.StartAsync();
        silo.Intercept = async context =>
        {
            await FakeSilo.ProblemAsync(context, 401, ProblemTypes.Unauthorized, "A bearer key is required.");
            return true;
        };
        var run = await CommandRun.OfAsync(command, silo.Url);
        Assert.Equal((1, ""), (run.Code, run.Output));
        Assert.EndsWith(" failed with 401: A bearer key is required. Give the silo's bearer key with --key or in ARCHER_KEY.\n", run.Messages);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Command_NoSuchAddress_AsksWhetherItIsASilo(string command)
    {
        await using var silo = await FakeSilo.StartAsync();
        silo.Intercept = async context =>
        {
            await Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, "<html>Welcome</html>");
            return true;
        };
        var run = await CommandRun.OfAsync(command, silo.Url);
        Assert.Equal((1, ""), (run.Code, run.Output));
        Assert.EndsWith("Is it an Archer silo of this version?\n", run.Messages);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Command_WrongUrl_IsAskedWrongly(string command)
    {
        var run = await CommandRun.OfAsync(command + " --url nowhere");
        Assert.Equal(
            (2, "", $"archer {Name(command)}: --url is 'nowhere', expected an address such as http://127.0.0.1:5080. See archer {Name(command)} --help.\n"),
            (run.Code, run.Output, run.Messages));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Command_WrongKey_IsAskedWrongly(string command)
    {
        var run = await CommandRun.OfAsync(command, variables: new Dictionary<string, string> { ["ARCHER_KEY"] = "two words" });
        Assert.Equal(
            (2, "", $"archer {Name(command)}: The bearer key is empty or has characters other than visible ASCII. See archer {Name(command)} --help.\n"),
            (run.Code, run.Output, run.Messages));
    }

    [Fact]
    public async Task Export_PlaceThatCannotBeWritten_IsRefusedBeforeTheWork()
    {
        var file = Path.GetTempFileName();
        try
        {
            var run = await CommandRun.OfAsync($"conversations export --out {file}/out.jsonl --url http://127.0.0.1:9");
            Assert.Equal(
                (1, "", $"archer conversations export: Nothing can be written to {file}: name another place or let this user write there.\n"),
                (run.Code, run.Output, run.Messages));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Export_EmptyPlace_IsAskedWronglyWithoutNamesOfTypes()
    {
        var run = await CommandRun.OfAsync("conversations export --out \"\"");
        Assert.Equal(
            (2, "", "archer conversations export: Cannot parse argument '' for option '--out'.\nSee archer conversations export --help.\n"),
            (run.Code, run.Output, run.Messages));
    }

    [Fact]
    public async Task Command_WrongUrlVariable_NamesTheVariable()
    {
        var run = await CommandRun.OfAsync("agents", new Uri("ftp://example.org"));
        Assert.Equal((2, "archer agents: ARCHER_URL is 'ftp://example.org/', expected an address such as http://127.0.0.1:5080. See archer agents --help.\n"), (run.Code, run.Messages));
    }

    [Theory]
    [InlineData("", "^Description:\n  Talks to an Archer silo")]
    [InlineData("dance", "^archer: Unrecognized command or argument 'dance'\\.\nSee archer --help\\.\n$")]
    [InlineData("versions", "^archer versions: Say what to do: list, serve, rollback\\. See archer versions --help\\.\n$")]
    [InlineData("versions serve", "^archer versions serve: Required argument missing for command: 'serve'\\.\n")]
    [InlineData("versions serve v1 --canary-share 2", "^archer versions serve: --canary-share is '2', expected a number from 0 to 1\\.\n")]
    [InlineData("versions list --limit 0", "^archer versions list: --limit is '0', expected a whole number of at least 1\\.\n")]
    [InlineData("simulate --episodes many", "^archer simulate: --episodes is 'many', expected a whole number of at least 1\\.\n")]
    [InlineData("simulate --noise 2", "^archer simulate: --noise is '2', expected a number from 0 to 1\\.\n")]
    [InlineData("simulate --task chess", "^archer simulate: Argument 'chess' not recognized\\. Must be one of: 'twenty-questions'\n")]
    [InlineData("bench --users 0", "^archer bench: --users is '0', expected a whole number from 1 to 4,096\\.\n")]
    [InlineData("bench --users 0 --turns x", "^archer bench: --users is '0', expected .*\narcher bench: --turns is 'x', expected .*\nSee archer bench --help\\.\n$")]
    [InlineData("bench --seconds 1 --episodes 1", "^archer bench: --seconds and --episodes exclude each other\\. See archer bench --help\\.\n$")]
    [InlineData("status --once --interval 1", "^archer status: --once and --interval exclude each other\\. See archer status --help\\.\n$")]
    [InlineData("status --interval soon", "^archer status: --interval is 'soon', expected a number from 0\\.1 to 3,600\\.\n")]
    [InlineData("chat --temperature NaN", "^archer chat: --temperature is 'NaN', expected a number from 0 to 10\\.\n")]
    [InlineData("chat --conversation c --temperature 1", "^archer chat: --temperature cannot be changed in a conversation that is there: ")]
    [InlineData("conversations", "^archer conversations: Say what to do: list, show, export\\. See archer conversations --help\\.\n$")]
    [InlineData("conversations list --limit 2001", "^archer conversations list: --limit is '2001', expected a whole number from 1 to 2,000\\.\n")]
    [InlineData("conversations list --open --ended", "^archer conversations list: --open and --ended \\(or --minimum-return\\) exclude each other\\. See")]
    [InlineData("conversations export --open --minimum-return -4", "^archer conversations export: --open and --ended \\(or --minimum-return\\) exclude each other\\. See")]
    [InlineData("conversations export --minimum-return good", "^archer conversations export: --minimum-return is 'good', expected a number")]
    [InlineData("conversations show", "^archer conversations show: Required argument missing for command: 'show'\\.\n")]
    public async Task Command_AskedWrongly_SaysSoWithCode2AndAsksNobody(string command, string expected)
    {
        await using var silo = await FakeSilo.StartAsync();
        var run = await CommandRun.OfAsync(command, silo.Url);
        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.Matches(expected, run.Messages);
        Assert.Empty(silo.Requests);
    }

    [Theory]
    [InlineData("chat --agent chess")]
    [InlineData("status --agent chess --once")]
    [InlineData("versions list --agent chess")]
    [InlineData("versions serve v000001 --agent chess")]
    [InlineData("versions rollback --agent chess")]
    [InlineData("bench --agent chess")]
    [InlineData("conversations list --agent chess")]
    public async Task Command_UnknownAgent_NamesThoseThatAreAndChangesNothing(string command)
    {
        await using var silo = await FakeSilo.StartAsync();
        var run = await CommandRun.OfAsync(command, silo.Url);
        Assert.Equal(
            (1, "", $"archer {Name(command)}: The silo at {silo.Url} has no agent 'chess' (its agents: twenty-questions).\n"),
            (run.Code, run.Output, run.Messages));
        Assert.Equal(["GET /v1/agents"], silo.Requests);
    }

    private static string Name(string command) => string.Join(' ', command.Split(' ').TakeWhile(word => word[0] != '-' && word is not ("c" or "v000001")));
}
