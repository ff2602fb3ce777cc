using Archer.Client.Conversations;
using Archer.Testing;
using Archer.Testing.CommandLine;
using Archer.Testing.Http;

namespace Archer.Client.Tests.CommandLine.Conversations;

public sealed class ConversationsExportTests
{
    private const string First =
        """{"messages":[{"role":"user","content":"Let's play."},{"role":"assistant","content":"Is it a dog?","policy_version":"v000002"},{"role":"user","content":"No."},{"role":"assistant","content":"Is it a dog?","policy_version":"v000002"},{"role":"user","content":"Größe \"2\""}],"id":"chosen-by-the-silo"}""";

    private const string Second = """{"messages":[{"role":"user","content":"Hello."},{"role":"assistant","content":"Is it a dog?","policy_version":"v000002"}],"id":"chosen-by-the-silo-2"}""";

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
    public async Task Export_ManyMoreThanAnAgentRemembers_WritesEveryOneThatIsKept()
    {
        await using var silo = await FakeSilo.StartAsync();
        await CommandRun.OfAsync("simulate --users 4 --episodes 30", silo.Url);
        var run = await CommandRun.OfAsync("conversations export --simulated", silo.Url);
        var ids = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("id").GetString());
        Assert.Equal((0, 30), (run.Code, ids.Distinct().Count()));
    }

    [Fact]
    public async Task Export_HoldOut_OnlyWhenAskedFor()
    {
        await using var silo = await FakeSilo.StartAsync();
        await CommandRun.OfAsync("chat --evaluation", silo.Url, "Kept apart.\n/end\n");
        await CommandRun.OfAsync("chat --evaluation", silo.Url, "Open.\n");
        var without = await CommandRun.OfAsync("conversations export", silo.Url);
        var named = await CommandRun.OfAsync("conversations export chosen-by-the-silo", silo.Url);
        var with = await CommandRun.OfAsync("conversations export --hold-out", silo.Url);
        Assert.Equal((0, "", ""), (without.Code, without.Output, named.Output));
        Assert.Equal(2, with.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task Export_RewardsAndLogProbabilities_StandBesideTheirUtterances()
    {
        await using var silo = await FakeSilo.StartAsync();
        using var client = silo.Client();
        await client.StartAsync(new StartConversation { Agent = "twenty-questions", Id = "c" });
        await client.SayAsync("c", new UserMessage { Text = "Hi" });
        await client.SayAsync("c", new UserMessage { Text = "No.", Reward = -1 });
        await client.EndAsync("c", new EndConversation { Outcome = ConversationOutcome.Terminated, Reward = 0.5f });
        var run = await CommandRun.OfAsync("conversations export --log-probabilities", silo.Url);
        var said = System.Text.Json.JsonDocument.Parse(run.Output).RootElement.GetProperty("messages").EnumerateArray().Where(message => message.GetProperty("role").GetString() == "assistant");
        Assert.Equal(
            [(-1.0, "v000002", -1.25), (0.5, "v000002", -1.25)],
            said.Select(message => (message.GetProperty("reward").GetDouble(), message.GetProperty("policy_version").GetString()!, message.GetProperty("log_probability").GetDouble())));
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
        var run = await CommandRun.OfAsync($"conversations export --out {directory["new/good.jsonl"]} --limit 2 --hold-out", silo.Url);
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
            if (context.Request.Path != "/v1/conversations/chosen-by-the-silo-3")
            {
                return false;
            }

            await FakeSilo.ProblemAsync(context, 404, ProblemTypes.ConversationNotFound, "There is no such conversation.");
            return true;
        };
        var run = await CommandRun.OfAsync("conversations export", silo.Url);
        Assert.Equal((0, $"{Second}\n{First}\n", "2 conversation(s) with 3 turns to the output.\n"), (run.Code, run.Output, run.Messages));
    }
}
