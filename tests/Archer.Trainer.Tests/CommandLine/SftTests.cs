using Archer.Policy.Checkpoints;
using Archer.Testing;
using Archer.Trainer.Sft;

namespace Archer.Trainer.Tests.CommandLine;

public sealed class SftTests
{
    [Fact]
    public async Task MakeDataThenSft_GiveACheckpointThatPlays()
    {
        using var directory = new TemporaryDirectory();

        var made = await TrainerRun.OfAsync($"make-data --games 60 --seed 2 --out {directory["games.jsonl"]}");
        var cloned = await TrainerRun.OfAsync(
            $"sft --data {directory["games.jsonl"]} --out {directory["base"]} --validation 10 --steps 3 --batch 8 --layers 1 --width 32 --heads 2 --threads 1");
        var played = await TrainerRun.OfAsync($"evaluate --checkpoint {directory["base"]} --episodes 4");

        Assert.Matches(@"games\.jsonl: 60 conversations, \d+\.\d\d turns each, \d+ bytes\.\n$", made.Output);
        Assert.Equal(60, ConversationFile.Read(directory["games.jsonl"]).Count);
        Assert.Matches(@"base: \d+ bytes\.\n$", cloned.Output);
        Assert.Matches("^60 conversations; \\d+ parameters, 512 tokens; 3 steps of 8\\.\n(.*\n)*step 3/3: loss ", cloned.Messages);
        Assert.Equal("base", CheckpointDirectory.Open(directory["base"]).Manifest?.Agent);
        Assert.Equal((0, 0, 0), (made.Code, cloned.Code, played.Code));
        Assert.Equal(["base", "games.jsonl"], Directory.GetFileSystemEntries(directory.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Sft_Interrupted_LeavesNothing()
    {
        using var directory = new TemporaryDirectory();
        await TrainerRun.OfAsync($"make-data --games 20 --out {directory["games.jsonl"]}");
        using var interrupt = new CancellationTokenSource();
        await interrupt.CancelAsync();

        var run = await TrainerRun.OfAsync($"sft --data {directory["games.jsonl"]} --out {directory["base"]} --validation 4", interrupt.Token);

        Assert.Equal((130, ""), (run.Code, run.Output));
        Assert.Single(Directory.GetFileSystemEntries(directory.Path));
    }
}
