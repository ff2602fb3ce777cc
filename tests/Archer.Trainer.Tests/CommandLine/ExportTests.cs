using System.Text.Json;
using Archer.Policy.Checkpoints;
using Archer.Policy.Tensors;
using Archer.Testing;

namespace Archer.Trainer.Tests.CommandLine;

public sealed class ExportTests
{
    private static readonly string Base = Path.Combine(AppContext.BaseDirectory, "models", "twenty-questions-base");
    private static readonly string[] Plain = ["config.json", "generation_config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"];

    [Fact]
    public async Task Export_Checkpoint_IsAPlainDirectoryWithTheSameBytes()
    {
        using var directory = new TemporaryDirectory();

        var run = await TrainerRun.OfAsync($"export --checkpoint {Base} --out {directory["plain"]}");

        Assert.Equal((0, ""), (run.Code, run.Messages));
        Assert.Equal(
            $"{directory["plain"]}: twenty-questions v000000, all hashes as in its manifest; 133440 parameters, {string.Join(", ", Plain)}.\n", run.Output);
        Assert.Equal(Plain, Directory.GetFiles(directory["plain"]).Select(Path.GetFileName).Order());
        Assert.All(Plain, file => Assert.Equal(File.ReadAllBytes(Path.Combine(Base, file)), File.ReadAllBytes(directory["plain", file])));
        using var config = JsonDocument.Parse(await File.ReadAllTextAsync(directory["plain", "tokenizer_config.json"]));
        Assert.Contains("<|end|>", config.RootElement.GetProperty("chat_template").GetString());
    }

    [Theory]
    [InlineData("--policy-version v000001", "v000001")]
    [InlineData("", "v000002")]
    public async Task Export_Version_LeavesTheCriticBehind(string version, string expected)
    {
        using var directory = new TemporaryDirectory();
        WriteVersions(directory["policies"]);

        var run = await TrainerRun.OfAsync($"export --data {directory.Path} --agent dog {version} --out {directory["plain"]}");

        Assert.Equal((0, ""), (run.Code, run.Messages));
        Assert.Contains($": dog {expected}, all hashes", run.Output);
        Assert.Equal(Plain, Directory.GetFiles(directory["plain"]).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Export_UnknownVersion_NamesThoseThatAre()
    {
        using var directory = new TemporaryDirectory();
        WriteVersions(directory["policies"]);

        var run = await TrainerRun.OfAsync($"export --data {directory.Path} --agent dog --policy-version v000009 --out {directory["plain"]}");

        Assert.Equal(
            (1, "Archer.Trainer export: Agent 'dog' has no version 'v000009' on disk; the newest are v000000, v000001, v000002.\n"), (run.Code, run.Messages));
        Assert.False(Directory.Exists(directory["plain"]));
    }

    [Fact]
    public async Task Export_DamagedFile_IsRefused()
    {
        using var directory = new TemporaryDirectory();
        WriteVersions(directory["policies"]);
        var weights = directory["policies", "dog", "v000001", "model.safetensors"];
        var bytes = await File.ReadAllBytesAsync(weights);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(weights, bytes);

        var run = await TrainerRun.OfAsync($"export --data {directory.Path} --agent dog --policy-version v000001 --out {directory["plain"]}");

        Assert.Equal(1, run.Code);
        Assert.Matches($"^Archer\\.Trainer export: Checkpoint file '.*model\\.safetensors' was refused at its SHA-256: expected [0-9a-f]+, found [0-9a-f]+\\.", run.Messages);
        Assert.False(Directory.Exists(directory["plain"]));
    }

    private static void WriteVersions(string policies)
    {
        using var backend = TensorBackends.Cpu();
        using var policy = PolicyCheckpoint.Load(backend, CheckpointDirectory.Open(Base));
        var critic = new Archer.Policy.Models.Critic(backend, policy.Actor.Config, 16);
        var store = new CheckpointStore(policies, "dog", TimeProvider.System);
        for (var version = 0; version < 3; version++)
        {
            store.Write(new CheckpointDraft { Files = PolicyCheckpoint.Files(policy.Actor, critic, policy.Tokenizer) });
        }

        critic.Parameters.Dispose();
    }
}
