using System.Text.Json;
using Archer.Testing.Grains;
using Archer.Trainer.Sft;

namespace Archer.EndToEnd.Tests.CommandLine;

/// <summary>Every command against the real platform.</summary>
[Trait("Category", "Slow")]
public sealed class CommandLineTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Fact]
    public async Task ChatThenExport_AreWhatTheTrainerLearnsFrom()
    {
        var chat = await platform.ArcherAsync("chat --user ann", "Let's play.\nNo.\n/reward -1\nNo.\n/end Yes.\n");
        Assert.Equal((0, 3), (chat.Code, chat.Output.Count(character => character == '\n')));
        var id = chat.Messages.TrimEnd().Split(' ')[^1];
        var said = chat.Output.TrimEnd().Split('\n');

        var show = await platform.ArcherAsync($"conversations show {id}");
        Assert.All(said, utterance => Assert.Contains(utterance, show.Output));
        // A silo tells the list of what has ended a moment later.
        await Eventually.TrueAsync(
            async () => (await platform.ArcherAsync("conversations list --live --ended --json --limit 1000")).Output.Contains($"\"id\":\"{id}\"", StringComparison.Ordinal),
            "the ended conversation is on the list");

        var file = platform.File("chat.jsonl");
        var export = await platform.ArcherAsync($"conversations export {id} --out {file}");
        Assert.Equal(0, export.Code);
        var conversation = Assert.Single(ConversationFile.Read(file));
        Assert.Equal(
            ["Let's play.", said[0], "No.", said[1], "No.", said[2], "Yes."],
            conversation.Messages.Select(message => message.Text));
    }

    [Fact]
    public async Task SimulateThenExportThenSft_CloneThePolicyFromItsLogs()
    {
        var simulate = await platform.ArcherAsync("simulate --users 8 --episodes 24 --seed 9 --run logs");
        Assert.Equal(0, simulate.Code);
        var (file, clone) = (platform.File("logs.jsonl"), platform.File("clone"));
        var export = await platform.ArcherAsync($"conversations export --ended --minimum-return -19 --out {file}");
        Assert.Equal(0, export.Code);
        var sft = await platform.TrainerAsync($"sft --data {file} --base {Base} --steps 2 --batch 4 --validation 2 --threads 1 --out {clone}");
        Assert.Equal((0, ""), (sft.Code, sft.Messages.Contains("step 2/2") ? "" : sft.Messages));
        var evaluation = await platform.TrainerAsync($"evaluate --checkpoint {clone} --episodes 4");
        Assert.Equal(0, evaluation.Code);
    }

    [Fact]
    public async Task Evaluate_InProcessAndThroughTheSilo_PlayTheSameGames()
    {
        const string Games = "--episodes 48 --seed 5 --run same --json";
        var here = await platform.TrainerAsync($"evaluate --checkpoint {Base} --users 16 {Games}");
        var there = await platform.TrainerAsync($"evaluate --users 8 {Games}");
        Assert.Equal((0, 0), (here.Code, there.Code));
        Assert.Equal(Numbers(here.Output), Numbers(there.Output));
    }

    [Fact]
    public async Task Versions_ServeAndRollback_ChangeWhatServes()
    {
        var unknown = await platform.ArcherAsync("versions serve v000009");
        Assert.Equal((1, ""), (unknown.Code, unknown.Output));
        Assert.Contains("what serves has not changed", unknown.Messages);
        var rollback = await platform.ArcherAsync("versions rollback");
        Assert.Equal(1, rollback.Code);
        Assert.Contains("there is nothing to go back to", rollback.Messages);
        var trial = await platform.ArcherAsync("versions serve v000000 --canary-share 0.5");
        Assert.Equal((0, "twenty-questions serves v000000, v000000 as a canary for 50 % of the conversations.\n"), (trial.Code, trial.Output));
        var serve = await platform.ArcherAsync("versions serve v000000");
        Assert.Equal((0, "twenty-questions serves v000000.\n"), (serve.Code, serve.Output));
        var list = await platform.ArcherAsync("versions list");
        Assert.Equal((0, "twenty-questions serves v000000.\n"), (list.Code, list.Messages));
    }

    [Fact]
    public async Task AgentsStatusAndBench_PrintTheirNumbers()
    {
        var agents = await platform.ArcherAsync("agents");
        Assert.Matches("\ntwenty-questions +v000000 ", agents.Output);
        var bench = await platform.ArcherAsync("bench --users 4 --episodes 8 --turns 3 --warm-up 0.1");
        Assert.Equal(0, bench.Code);
        Assert.Contains("conversations 8 ", bench.Output);
        Assert.Contains("  turns 24 ", bench.Output);
        var status = await platform.ArcherAsync("status --json");
        using var numbers = JsonDocument.Parse(status.Output);
        Assert.Equal("v000000", numbers.RootElement.GetProperty("policy_version").GetString());
    }

    [Fact]
    public async Task Export_VersionOnDisk_IsAPlainDirectory()
    {
        var export = await platform.TrainerAsync($"export --data {platform.Data} --agent twenty-questions --policy-version v000000 --out {platform.File("plain")}");
        Assert.Equal((0, ""), (export.Code, export.Messages));
        Assert.False(System.IO.File.Exists(Path.Combine(platform.File("plain"), "manifest.json")));
    }

    private static string Base => Path.Combine(Architecture.Repository.Root, "models", "twenty-questions-base");

    /// <summary>Everything that does not depend on the clock, nor on the order in which games ended.</summary>
    private static string Numbers(string json)
    {
        using var document = JsonDocument.Parse(json);
        return string.Join(", ", document.RootElement.EnumerateObject()
            .Where(number => number.Name is not ("seconds" or "turns_per_second"))
            .Select(number => $"{number.Name} {(number.Value.ValueKind == JsonValueKind.Number ? Math.Round(number.Value.GetDouble(), 9) : number.Value)}"));
    }
}
