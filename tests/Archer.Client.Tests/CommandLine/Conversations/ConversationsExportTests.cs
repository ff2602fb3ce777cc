using Archer.Testing;
using Archer.Testing.CommandLine;
using Archer.Testing.Http;

namespace Archer.Client.Tests.CommandLine.Conversations;

public sealed class ConversationsExportTests
{
    private const string First =
        """{"messages":[{"role":"user","content":"Let's play."},{"role":"assistant","content":"Is it a dog?"},{"role":"user","content":"No."},{"role":"assistant","content":"Is it a dog?"},{"role":"user","content":"Größe \"2\""}]}""";

    private const string Second = """{"messages":[{"role":"user","content":"Hello."},{"role":"assistant","content":"Is it a dog?"}]}""";

    [Fact]
    public async Task Export_Ended_WritesOneLineEach()
    {
        await using var silo = await ConversationsListTests.SeveralAsync();
        var run = await CommandRun.OfAsync("conversations export --ended", silo.Url);
        Assert.Equal((0, $"{Second}\n{First}\n", "2 conversation(s) with 3 turns to the output.\n"), (run.Code, run.Output, run.Messages));
    }

    [Fact]
    public async Task Export_Ids_WritesThoseInTheirOrder()
    {
        await using var silo = await ConversationsListTests.SeveralAsync();
        var run = await CommandRun.OfAsync("conversations export chosen-by-the-silo chosen-by-the-silo-2 --minimum-return -1", silo.Url);
        Assert.Equal((0, $"{First}\n{Second}\n"), (run.Code, run.Output));
    }

    [Fact]
    public async Task Export_SystemPrompt_OpensEachConversation()
    {
        await using var silo = await ConversationsListTests.SeveralAsync();
        silo.Agent = silo.Agent with { Definition = silo.Agent.Definition with { SystemPrompt = "Be kind." } };
        var run = await CommandRun.OfAsync("conversations export chosen-by-the-silo-2", silo.Url);
        Assert.StartsWith("""{"messages":[{"role":"system","content":"Be kind."},{"role":"user",""", run.Output);
    }

    [Fact]
    public async Task Export_ToAFile_IsThereWholeAndNothingElseIs()
    {
        await using var silo = await ConversationsListTests.SeveralAsync();
        using var directory = new TemporaryDirectory();
        var run = await CommandRun.OfAsync($"conversations export --out {directory["new/good.jsonl"]} --limit 2", silo.Url);
        Assert.Equal((0, ""), (run.Code, run.Output));
        Assert.Equal(2, File.ReadAllLines(directory["new/good.jsonl"]).Length);
        Assert.Single(Directory.GetFileSystemEntries(directory["new"]));
    }

    [Fact]
    public async Task Export_FileIsThere_IsLeftAsItWas()
    {
        await using var silo = await ConversationsListTests.SeveralAsync();
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory["mine.jsonl"], "precious");
        silo.Requests.Clear();
        var run = await CommandRun.OfAsync($"conversations export --out {directory["mine.jsonl"]}", silo.Url);
        Assert.Equal((1, $"archer conversations export: {directory["mine.jsonl"]} is there already: name another or remove it.\n"), (run.Code, run.Messages));
        Assert.Equal("precious", await File.ReadAllTextAsync(directory["mine.jsonl"]));
        Assert.Empty(silo.Requests);
    }

    [Fact]
    public async Task Export_FailsInTheMiddle_LeavesNoFile()
    {
        await using var silo = await ConversationsListTests.SeveralAsync();
        using var directory = new TemporaryDirectory();
        var run = await CommandRun.OfAsync($"conversations export chosen-by-the-silo nobody --out {directory["good.jsonl"]}", silo.Url);
        Assert.Equal(1, run.Code);
        Assert.Contains("There is no conversation 'nobody'.", run.Messages);
        Assert.Empty(Directory.GetFileSystemEntries(directory.Path));
    }

    [Fact]
    public async Task Export_ErasedMeanwhile_IsLeftOut()
    {
        await using var silo = await ConversationsListTests.SeveralAsync();
        silo.Intercept = async context =>
        {
            if (context.Request.Path != "/v1/conversations/chosen-by-the-silo-2")
                return false;
            await FakeSilo.ProblemAsync(context, 404, ProblemTypes.ConversationNotFound, "There is no such conversation.");
            return true;
        };
        var run = await CommandRun.OfAsync("conversations export --ended", silo.Url);
        Assert.Equal(
            (0, $"{First}\n", "1 conversation(s) with 2 turns to the output; 1 left out: without a turn, not as asked, or erased.\n"),
            (run.Code, run.Output, run.Messages));
    }
}
