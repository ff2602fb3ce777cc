using Archer.Testing.CommandLine;
using Archer.Testing.Http;

namespace Archer.Client.Tests.CommandLine.Conversations;

public sealed class ConversationsShowTests
{
    [Fact]
    public async Task Show_Turns_OneLineEach()
    {
        await using var silo = await FakeSilo.StartAsync(_ => "Is it\na \u001b[2Jdog?");
        await CommandRun.OfAsync("chat", silo.Url, "Let's play.\nNo.\n");
        var run = await CommandRun.OfAsync("conversations show chosen-by-the-silo", silo.Url);
        Assert.Equal(
            "chosen-by-the-silo with twenty-questions, live, learned from, started 1970-01-01 00:00:00Z, open, return 0\n"
            + "turn  user         agent             version  value  reward\n"
            + "   0  Let's play.  Is it a \uFFFD[2Jdog?  v000002  -1.50       -\n"
            + "   1  No.          Is it a \uFFFD[2Jdog?  v000002  -1.50       -\n",
            run.Output);
        Assert.Equal((0, ""), (run.Code, run.Messages));
    }

    [Fact]
    public async Task Show_Json_IsTheConversationAsTheApiHasIt()
    {
        await using var silo = await FakeSilo.StartAsync();
        await CommandRun.OfAsync("chat", silo.Url, "Let's play.\n/end\n");
        var run = await CommandRun.OfAsync("conversations show chosen-by-the-silo --json", silo.Url);
        Assert.StartsWith("""{"id":"chosen-by-the-silo","agent":"twenty-questions",""", run.Output);
        Assert.Single(run.Output.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Show_UnknownConversation_SaysWhereToLook()
    {
        await using var silo = await FakeSilo.StartAsync();
        var run = await CommandRun.OfAsync("conversations show nobody", silo.Url);
        Assert.Equal(
            (1, "", "archer conversations show: GET v1/conversations/nobody failed with 404: There is no conversation 'nobody'. The command 'archer conversations list' shows the newest.\n"),
            (run.Code, run.Output, run.Messages));
    }
}
