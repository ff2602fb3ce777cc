using System.Text.RegularExpressions;
using Archer.Client.CommandLine.Conversations;
using Archer.Client.Conversations;
using Archer.Tasks.TwentyQuestions;
using Archer.Testing.Grains;
using Microsoft.Playwright;

namespace Archer.EndToEnd.Tests.Page;

/// <summary>The page in a real browser against the real platform while it learns.</summary>
[Collection(nameof(Processes))]
[Trait("Category", "Slow")]
public sealed partial class PageTests(LearningPlatform platform) : IClassFixture<LearningPlatform>
{
    private const string GuessedWords = "async texts => { const { guessed } = await import('/page/tasks/twenty-questions.js'); return texts.map(text => guessed(text) ?? ''); }";
    private static readonly PageWaitForFunctionOptions Patience = new() { Timeout = 20_000 };

    [BrowserFact]
    public async Task Chart_WhileTheAgentLearns_Grows()
    {
        await using var tab = await platform.OpenAsync();
        await tab.IsLiveAsync();
        await Assertions.Expect(tab["[data-chart=return] svg"]).ToHaveCountAsync(1);
        var before = await tab.ChartedConversationsAsync();

        await tab.Page.WaitForFunctionAsync(
            """
            before => {
              const found = /([0-9,]+) conversations:/.exec(document.querySelector("[data-chart=return] desc")?.textContent ?? "");
              return found && Number(found[1].replaceAll(",", "")) > before + 20;
            }
            """,
            before,
            Patience);

        foreach (var number in new[] { "conversations", "mean_return_last_200", "policy_version", "turns_per_second", "replay_rows" })
        {
            await Assertions.Expect(tab[$"[data-number={number}]"]).Not.ToHaveTextAsync("–");
        }

        Assert.Empty(tab.Errors);
    }

    [BrowserFact]
    public async Task Game_PlayedWithTheKeyboard_EndsWithItsReturn()
    {
        await using var tab = await platform.OpenAsync();
        await tab.IsLiveAsync();
        await Assertions.Expect(tab["[data-number=policy_version]"]).Not.ToHaveTextAsync("v000000");
        await tab["#start"].FocusAsync();
        await tab.Page.Keyboard.PressAsync("Enter");
        var dog = TwentyQuestionsTable.TenWords.Items.Select((item, index) => (item.Name, index)).First(item => item.Name == "dog").index;
        var game = TwentyQuestionsGame.WithHidden(TwentyQuestionsAnswerer.TenWords, dog);
        while (!game.Terminated)
        {
            var question = tab["#log li.agent"].Nth(game.Turns);
            await Assertions.Expect(question).ToBeVisibleAsync();
            await Assertions.Expect(question.Locator("small")).ToHaveTextAsync(ValueNote());
            await Assertions.Expect(tab["[data-answer=yes]"]).ToHaveAttributeAsync("aria-disabled", "false");
            var said = await question.EvaluateAsync<string>("element => element.childNodes[1].textContent");
            var step = game.Hear(said);
            game = step.Game;
            await tab.Page.Keyboard.PressAsync(step.Answer switch { Answer.Yes => "y", Answer.No => "n", _ => "i" });
        }

        await Assertions.Expect(tab["#play-state"]).ToContainTextAsync($"return {game.Return.ToString("0", System.Globalization.CultureInfo.InvariantCulture).Replace('-', '−')}.");
        await Assertions.Expect(tab["#start"]).ToBeFocusedAsync();
        await Assertions.Expect(tab["#play-value svg"]).ToBeVisibleAsync();
        using var client = platform.Client();
        await Eventually.TrueAsync(
            // Every page of the list: simulated users start more conversations during a game than one page has.
            async () => await new ConversationFilter.Choice(ConversationStatus.Ended, game.Return, Simulated: false).ListAsync(client, "twenty-questions", int.MaxValue, default)
                .AnyAsync(one => (one.Return, one.Turns, one.Outcome) == (game.Return, game.Turns, ConversationOutcome.Terminated)),
            "the game is listed with its return");
        Assert.Empty(tab.Errors);
    }

    [BrowserFact]
    public async Task Guess_InEveryWordingOfTheTable_IsRecognized()
    {
        await using var tab = await platform.OpenAsync();
        var table = TwentyQuestionsTable.TenWords;
        var guesses = from item in table.Items from template in table.GuessTemplates select (Text: template.Text.Replace("{item}", item.Phrase, StringComparison.Ordinal), item.Name);
        var questions = from attribute in table.Attributes from template in attribute.Templates select template.Text;

        var named = await tab.Page.EvaluateAsync<string[]>(GuessedWords, guesses.Select(guess => guess.Text).ToArray());
        var none = await tab.Page.EvaluateAsync<string[]>(GuessedWords, questions.ToArray());

        Assert.Equal(guesses.Select(guess => guess.Name), named);
        Assert.Equal(table.Items.Select(item => item.Name), await tab.Page.EvaluateAsync<string[]>("async () => (await import('/page/tasks/twenty-questions.js')).words"));
        Assert.All(none, word => Assert.DoesNotContain(table.Items, item => item.Name == word));
    }

    [BrowserFact]
    public async Task Version_RolledBack_IsSaid()
    {
        await using var tab = await platform.OpenAsync();
        await tab.IsLiveAsync();
        await Assertions.Expect(tab["#versions tr"]).Not.ToHaveCountAsync(1);

        await tab["#rollback"].ClickAsync();

        await Assertions.Expect(tab["#versions-state"]).ToHaveTextAsync(RolledBack());
        Assert.Empty(tab.Errors);
    }

    [BrowserFact]
    public async Task Conversations_WhileTheyAreRead_StayWhereTheyAre()
    {
        await using var tab = await platform.OpenAsync();
        await tab.IsLiveAsync();
        await Assertions.Expect(tab["#recent tr"]).Not.ToHaveCountAsync(0);
        await tab["#recent button"].First.FocusAsync();
        var first = await tab["#recent tr"].First.GetAttributeAsync("data-id");

        await Assertions.Expect(tab["#recent-state"]).ToContainTextAsync("Held while you read");
        Assert.Equal(first, await tab["#recent tr"].First.GetAttributeAsync("data-id"));
        await tab["#start"].FocusAsync();

        await Assertions.Expect(tab["#recent tr"].First).Not.ToHaveAttributeAsync("data-id", first!);
        await Assertions.Expect(tab["#recent-state"]).ToHaveTextAsync("Newest first. Open one to see its turns.");
        Assert.Empty(tab.Errors);
    }

    [BrowserFact]
    public async Task AgentWithoutATask_IsTalkedToAndRated()
    {
        await using var tab = await platform.OpenAsync();
        await tab.IsLiveAsync();
        await tab["#agent"].SelectOptionAsync(LearningPlatform.WithoutTask);
        await Assertions.Expect(tab["#play-title"]).ToHaveTextAsync($"Talk to {LearningPlatform.WithoutTask}");
        await Assertions.Expect(tab["#kinds"]).ToBeHiddenAsync();
        await Assertions.Expect(tab["#words"]).ToBeHiddenAsync();

        await tab["#start"].ClickAsync();
        await tab["#text"].FillAsync("Let's play.");
        await tab.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(tab["#log li.agent"]).ToHaveCountAsync(1);
        await tab["[data-rate='1']"].ClickAsync();
        await Assertions.Expect(tab["#play-state"]).ToHaveTextAsync("Reply 1 has the reward 1.");
        await tab["#leave"].ClickAsync();

        await Assertions.Expect(tab["#play-state"]).ToContainTextAsync("return 1.");

        await tab["#who"].SelectOptionAsync("false");
        await Assertions.Expect(tab["#recent tr"]).ToHaveCountAsync(1);
        await tab["#who"].SelectOptionAsync("true");
        await Assertions.Expect(tab["#recent tr"]).ToHaveCountAsync(0);
        Assert.Empty(tab.Errors);
    }

    [BrowserFact]
    public async Task Game_Left_IsTruncated()
    {
        await using var tab = await platform.OpenAsync();
        await tab.IsLiveAsync();
        await tab["#start"].ClickAsync();
        await Assertions.Expect(tab["#log li.agent"]).ToHaveCountAsync(1);
        await tab["[data-answer=invalid]"].ClickAsync();
        await Assertions.Expect(tab["#log li.agent"]).ToHaveCountAsync(2);

        await tab["#leave"].ClickAsync();

        await Assertions.Expect(tab["#play-state"]).ToHaveTextAsync("You left the game: return −1.");
        await Assertions.Expect(tab["#start"]).ToHaveTextAsync("Start another game");
        Assert.Empty(tab.Errors);
    }

    [BrowserFact]
    public async Task Conversation_Opened_ShowsWhatWasRecordedOfEachTurn()
    {
        await using var tab = await platform.OpenAsync();
        await tab.IsLiveAsync();
        await tab["#status"].SelectOptionAsync("ended");
        await tab["#recent button"].First.ClickAsync();

        await Assertions.Expect(tab["#opened"]).ToBeVisibleAsync();
        await Assertions.Expect(tab["#opened-state"]).ToContainTextAsync("Simulated user, terminated (client), return");
        var cells = await tab["#turns tr"].First.Locator("td").AllTextContentsAsync();
        Assert.Equal(8, cells.Count);
        Assert.Matches("^Let's play\\..+", cells[1]);
        Assert.Matches("^v[0-9]{6}$", cells[2]);
        Assert.All(cells.Skip(3).Take(4), cell => Assert.Matches("^−?[0-9]+\\.[0-9]+$", cell));
        Assert.Matches("^([0-9,]+ ×|–)$", cells[7]);
        await Assertions.Expect(tab["#opened-value svg"]).ToBeVisibleAsync();
        await tab.PictureAsync("page-conversation");
        await tab.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(tab["#opened"]).ToBeHiddenAsync();
        Assert.Empty(tab.Errors);
    }

    [BrowserFact]
    public async Task Phone_Page_DoesNotScrollSideways()
    {
        await using var tab = await platform.OpenAsync(width: 360, height: 740);
        await tab.IsLiveAsync();
        await Assertions.Expect(tab["[data-chart=return] svg"]).ToHaveCountAsync(1);
        await tab["#start"].ClickAsync();
        await Assertions.Expect(tab["#log li.agent"]).ToHaveCountAsync(1);

        Assert.Equal(360, await tab.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        var small = await tab.Page.EvaluateAsync<string[]>(
            "[...document.querySelectorAll('button, select')].filter(e => e.offsetParent && !e.classList.contains('link') && e.offsetHeight < 40).map(e => e.id)");
        Assert.Empty(small);
        await tab.PictureAsync("page-phone", full: false);

        await tab["#status"].SelectOptionAsync("ended");
        await Assertions.Expect(tab["#versions button"]).Not.ToHaveCountAsync(0);
        await tab["#recent button"].First.ClickAsync();
        await Assertions.Expect(tab["#turns tr"].First).ToBeVisibleAsync();
        var cutOff = await tab.Page.EvaluateAsync<int[]>("[...document.querySelectorAll('.scroll')].map(table => table.scrollWidth - table.clientWidth)");
        Assert.All(cutOff, pixels => Assert.Equal(0, pixels));
        Assert.Empty(tab.Errors);
    }

    [BrowserFact]
    public async Task FirstPaint_OnLoopback_IsUnderASecondAndThePageUnder100Kilobytes()
    {
        await using var tab = await platform.OpenAsync();
        await tab.IsLiveAsync();
        await Assertions.Expect(tab["[data-chart=return] svg"]).ToHaveCountAsync(1);

        var paint = await tab.Page.EvaluateAsync<double>("performance.getEntriesByName('first-contentful-paint')[0].startTime");
        var files = await tab.Page.EvaluateAsync<double>(
            "[performance.getEntriesByType('navigation')[0], ...performance.getEntriesByType('resource')].filter(e => !e.name.includes('/v1/')).reduce((sum, e) => sum + e.transferSize, 0)");
        var data = await tab.Page.EvaluateAsync<double>(
            "performance.getEntriesByType('resource').filter(e => e.name.includes('/v1/') && !e.name.includes('/charts/')).reduce((sum, e) => sum + e.transferSize, 0)");

        Assert.InRange(paint, 1, 1_000);
        Assert.InRange(files, 10_000, 60_000);
        Assert.InRange(data, 1, 40_000);
        if (Environment.GetEnvironmentVariable("ARCHER_SCREENSHOTS") is { Length: > 0 } folder)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "page.txt"), $"first contentful paint {paint:F0} ms, files {files:F0} bytes, data at the start {data:F0} bytes\n");
        }
    }

    [GeneratedRegex("^Rolled back: v[0-9]{6} serves\\.$")]
    private static partial Regex RolledBack();

    [GeneratedRegex("^v[0-9]{6}, the critic expects −?[0-9]+\\.[0-9]{2}$")]
    private static partial Regex ValueNote();
}
