using Archer.Testing.CommandLine;
using Archer.Testing.Http;

namespace Archer.Client.Tests.CommandLine.Conversations;

public sealed class ConversationsListTests
{
    [Fact]
    public async Task List_SeveralPages_NewestFirst()
    {
        await using var silo = await SeveralAsync();
        var run = await CommandRun.OfAsync("conversations list", silo.Url);
        Assert.Equal(
            "conversation          started               state       turns  return  versions  user  split\n"
            + "chosen-by-the-silo-3  1970-01-01 00:00:00Z  open            -       -  -         live  hold out\n"
            + "chosen-by-the-silo-2  1970-01-01 00:00:00Z  terminated      1       0  v000002   live  train\n"
            + "chosen-by-the-silo    1970-01-01 00:00:00Z  terminated      2       0  v000002   live  train\n",
            run.Output);
        Assert.Equal((0, ""), (run.Code, run.Messages));
    }

    [Theory]
    [InlineData("--limit 1", "chosen-by-the-silo-3")]
    [InlineData("--ended", "chosen-by-the-silo-2 chosen-by-the-silo")]
    [InlineData("--open", "chosen-by-the-silo-3")]
    [InlineData("--minimum-return 0.5", "")]
    [InlineData("--minimum-return -0.5 --limit 1", "chosen-by-the-silo-2")]
    public async Task List_Filter_LeavesTheOthersOut(string filter, string expected)
    {
        await using var silo = await SeveralAsync();
        var run = await CommandRun.OfAsync($"conversations list --json {filter}", silo.Url);
        Assert.Equal(0, run.Code);
        Assert.Equal(
            expected.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("id").GetString()!));
    }

    [Fact]
    public async Task List_Live_LeavesProgramsOut()
    {
        await using var silo = await SeveralAsync();
        await CommandRun.OfAsync("simulate --users 1 --episodes 3", silo.Url);
        var all = await CommandRun.OfAsync("conversations list", silo.Url);
        var live = await CommandRun.OfAsync("conversations list --live", silo.Url);
        var simulated = await CommandRun.OfAsync("conversations list --simulated", silo.Url);
        Assert.Equal(
            (7, 4, 4), (all.Output.TrimEnd().Split('\n').Length, live.Output.TrimEnd().Split('\n').Length, simulated.Output.TrimEnd().Split('\n').Length));
        Assert.Equal(2, (await CommandRun.OfAsync("conversations list --live --simulated", silo.Url)).Code);
    }

    internal static async Task<FakeSilo> SeveralAsync()
    {
        var silo = await FakeSilo.StartAsync();
        await CommandRun.OfAsync("chat", silo.Url, "Let's play.\nNo.\n/end Größe \"2\"\n");
        await CommandRun.OfAsync("chat", silo.Url, "Hello.\n/end\n");
        await CommandRun.OfAsync("chat --evaluation", silo.Url, "Bye.\n");
        return silo;
    }
}
