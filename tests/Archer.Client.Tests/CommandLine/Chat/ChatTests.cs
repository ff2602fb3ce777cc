using Archer.Testing.CommandLine;
using Archer.Testing.Http;

namespace Archer.Client.Tests.CommandLine.Chat;

public sealed class ChatTests
{
    [Fact]
    public async Task Chat_PipedIn_PrintsTheAgentsWordsAndNothingElse()
    {
        await using var silo = await FakeSilo.StartAsync();
        var run = await CommandRun.OfAsync("chat --user ann", silo.Url, "Let's play.\nNo.\n\n/reward -1\n/end Yes.\n");
        Assert.Equal((0, "Is it a dog? \nIs it a dog? \n"), (run.Code, run.Output));
        Assert.Equal(
            "Talking to twenty-questions, v000002 answers. /help lists what is no message.\n"
            + "  turn 0, v000002, value -1.50\n"
            + "  turn 1, v000002, value -1.50\n"
            + "  turn 1 has reward -1\n"
            + "Ended after 2 turn(s), return 0: chosen-by-the-silo\n",
            run.Messages);
        var conversation = Assert.Single(silo.Conversations.Values);
        Assert.Equal(["Let's play.", "No."], conversation.Messages.Select(message => message.Text));
        Assert.Equal(("ann", "Yes."), (conversation.Start.User, conversation.Ended?.Text));
    }

    [Fact]
    public async Task Chat_QuitAtOnce_LeavesNoConversation()
    {
        await using var silo = await FakeSilo.StartAsync();
        var run = await CommandRun.OfAsync("chat", silo.Url, "/quit\n");
        Assert.Equal((0, "", "Talking to twenty-questions, v000002 answers. /help lists what is no message.\n"), (run.Code, run.Output, run.Messages));
        Assert.Empty(silo.Conversations);
    }

    [Theory]
    [InlineData("Let's play.\n/quit\n")]
    [InlineData("Let's play.\n")]
    public async Task Chat_LeftOpen_SaysHowToGoOn(string input)
    {
        await using var silo = await FakeSilo.StartAsync();
        var run = await CommandRun.OfAsync($"chat --url {silo.Url}", input: input);
        Assert.Equal(0, run.Code);
        Assert.EndsWith($"\nThe conversation stays open. Go on with: archer chat --conversation chosen-by-the-silo --url {silo.Url}\n", run.Messages);
        Assert.Null(silo.Conversations["chosen-by-the-silo"].Ended);
    }

    [Fact]
    public async Task Chat_Continued_ShowsWhatWasSaidAndGoesOn()
    {
        await using var silo = await FakeSilo.StartAsync();
        await CommandRun.OfAsync("chat", silo.Url, "Let's play.\n");
        var run = await CommandRun.OfAsync("chat --conversation chosen-by-the-silo", silo.Url, "//end is a word\n/quit\n");
        Assert.Equal((0, "Is it a dog? \n"), (run.Code, run.Output));
        Assert.StartsWith("Going on with twenty-questions, 1 turn(s) so far:\n  you:   Let's play.\n  agent: Is it a dog?\n  turn 1, ", run.Messages);
        Assert.Equal("/end is a word", silo.Conversations["chosen-by-the-silo"].Messages[1].Text);
    }

    [Fact]
    public async Task Chat_Json_PrintsEachReplyAsOneLine()
    {
        await using var silo = await FakeSilo.StartAsync();
        var run = await CommandRun.OfAsync("chat --json --temperature 0 --evaluation --policy-version v000001", silo.Url, "a\nb\n");
        Assert.Equal(
            """{"conversation":"chosen-by-the-silo","turn":1,"text":"Is it a dog?","policy_version":"v000001","value":-1.5,"finish_reason":"stop","tokens":6,"turns_left":62}""",
            run.Output.TrimEnd().Split('\n')[1]);
        Assert.Contains(
            """POST /v1/conversations {"agent":"twenty-questions","tenant":"","user":"","simulated":false,"split":"hold_out","sampling":{"temperature":0},"policy_version":"v000001"}""",
            silo.Requests);
    }

    [Theory]
    [InlineData("/dance\n", "There is no /dance: /reward, /end, /quit and /help are there, and //… says a message that begins with a slash.")]
    [InlineData("/reward\n", "/reward takes a number, such as /reward 1 or /reward -0.5, found ''.")]
    [InlineData("/reward NaN\n", "/reward takes a number, such as /reward 1 or /reward -0.5, found 'NaN'.")]
    [InlineData("/reward 1\n", "There is no reply to rate yet.")]
    [InlineData("/end\n", "There is no conversation to end yet.")]
    public async Task Chat_Mistake_EndsAScriptAndNotAPersonsChat(string mistake, string expected)
    {
        await using var silo = await FakeSilo.StartAsync();
        var script = await CommandRun.OfAsync("chat", silo.Url, mistake + "Let's play.\n");
        Assert.Equal((1, ""), (script.Code, script.Output));
        Assert.EndsWith($"\narcher chat: {expected}\n", script.Messages);
        Assert.Empty(silo.Conversations);

        var person = await CommandRun.OfAsync("chat", silo.Url, mistake + "Let's play.\n/quit\n", interactive: true);
        Assert.Equal((0, "Is it a dog? \n"), (person.Code, person.Output));
        Assert.Contains(expected, person.Messages);
    }

    [Fact]
    public async Task Chat_EndedConversation_IsRefusedBeforeAWordIsSaid()
    {
        await using var silo = await FakeSilo.StartAsync();
        await CommandRun.OfAsync("chat", silo.Url, "Let's play.\n/end\n");
        var run = await CommandRun.OfAsync("chat --conversation chosen-by-the-silo", silo.Url, "No.\n");
        Assert.Equal((1, "archer chat: The conversation 'chosen-by-the-silo' has ended: leave out --conversation to start another one.\n"), (run.Code, run.Messages));
    }

    [Fact]
    public async Task Chat_UnknownConversation_SaysWhereToLook()
    {
        await using var silo = await FakeSilo.StartAsync();
        var run = await CommandRun.OfAsync("chat --conversation nobody", silo.Url, "No.\n");
        Assert.Equal(
            (1, "archer chat: GET v1/conversations/nobody failed with 404: There is no conversation 'nobody'. The command 'archer conversations list' shows the newest.\n"),
            (run.Code, run.Messages));
    }

    [Fact]
    public async Task Chat_PolicyAway_LeavesTheConversationAsItWas()
    {
        await using var silo = await FakeSilo.StartAsync();
        silo.Intercept = async context =>
        {
            if (!context.Request.Path.Value!.EndsWith("/messages"))
            {
                return false;
            }

            await FakeSilo.ProblemAsync(context, 503, ProblemTypes.PolicyUnavailable, "No policy server answers.", 1);
            return true;
        };
        var run = await CommandRun.OfAsync("chat", silo.Url, "Let's play.\n");
        Assert.Equal((1, ""), (run.Code, run.Output));
        Assert.Contains("archer chat: POST v1/conversations/chosen-by-the-silo/messages failed with 503: No policy server answers. Nothing has changed: try again.\n", run.Messages);
        Assert.EndsWith("Go on with: archer chat --conversation chosen-by-the-silo\n", run.Messages);
    }

    [Fact]
    public async Task Chat_CtrlCWhileAPersonThinks_LeavesItOpenAndSaysHowToGoOn()
    {
        await using var silo = await FakeSilo.StartAsync();
        using var interrupt = new CancellationTokenSource();
        using var keyboard = new SilentKeyboard("Let's play.", interrupt);
        var run = await CommandRun.OfAsync("chat", silo.Url, keyboard, interactive: true, variables: null, interrupt.Token);
        Assert.Equal((130, "Is it a dog? \n"), (run.Code, run.Output));
        Assert.EndsWith("\nThe conversation stays open. Go on with: archer chat --conversation chosen-by-the-silo\n", run.Messages);
    }

    [Fact]
    public async Task Chat_EscapeSequencesInAReply_NeverReachTheTerminal()
    {
        await using var silo = await FakeSilo.StartAsync(_ => "\u001b[2J\u0007ha");
        var run = await CommandRun.OfAsync("chat", silo.Url, "Let's play.\n");
        Assert.Equal("\uFFFD[2J\uFFFDha \n", run.Output);
    }

    /// <summary>Types one line; then Ctrl-C comes while the next is waited for, as long as the test lives.</summary>
    private sealed class SilentKeyboard(string line, CancellationTokenSource interrupt) : TextReader
    {
        private readonly ManualResetEventSlim _never = new();
        private int _lines;

        public override string? ReadLine()
        {
            if (_lines++ == 0)
            {
                return line;
            }

            interrupt.Cancel();
            _never.Wait();
            return null;
        }

        protected override void Dispose(bool disposing)
        {
            _never.Set();
            base.Dispose(disposing);
        }
    }
}
