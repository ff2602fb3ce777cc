using Archer.Policy.Checkpoints;
using Archer.Testing;

namespace Archer.Trainer.Tests.CommandLine;

public sealed class InstallTests
{
    private static readonly string Base = Path.Combine(AppContext.BaseDirectory, "models", "twenty-questions-base");

    [Fact]
    public async Task Install_Twice_InstallsOnce()
    {
        using var directory = new TemporaryDirectory();
        var command = $"install --agent desk --checkpoint {Base} --data {directory.Path}";

        Assert.Equal(new TrainerRun(0, "Agent desk begins with version v000000.\n", ""), await TrainerRun.OfAsync(command));
        Assert.Equal(new TrainerRun(0, "Agent desk has version v000000 or a later one: nothing to do.\n", ""), await TrainerRun.OfAsync(command));

        var installed = new CheckpointStore(directory["policies"], "desk", TimeProvider.System).Open("v000000");
        Assert.Equal("desk", installed.Manifest!.Agent);
        Assert.Equal(File.ReadAllBytes(Path.Combine(Base, "model.safetensors")), File.ReadAllBytes(installed.FilePath("model.safetensors")));
    }

    [Fact]
    public async Task Install_FromNowhere_SaysWhatIsMissing()
    {
        using var directory = new TemporaryDirectory();

        var run = await TrainerRun.OfAsync($"install --agent desk --checkpoint {directory["nowhere"]} --data {directory.Path}");

        Assert.Equal(1, run.Code);
        Assert.Contains($"'{directory["nowhere"]}' was refused at the directory: expected a checkpoint directory, found none.", run.Messages);
        Assert.Empty(Directory.EnumerateFileSystemEntries(directory.Path));
    }

    /// <summary>Installed, it would stay, and no later start would mend it.</summary>
    [Fact]
    public async Task Install_OfWhatCannotServe_IsRefusedAndLeavesNothing()
    {
        using var directory = new TemporaryDirectory();
        var checkpoint = new CheckpointStore(directory["made"], "desk", TimeProvider.System);
        var whole = checkpoint.PathOf(checkpoint.Write(new CheckpointDraft { Files = [new("model.safetensors", stream => stream.Write(new byte[9]))] }).Version);

        var run = await TrainerRun.OfAsync($"install --agent desk --checkpoint {whole} --data {directory["data"]}");

        Assert.Equal(1, run.Code);
        Assert.Contains("was refused at the directory: expected the file config.json, found none.", run.Messages);
        Assert.False(Directory.Exists(directory["data"]));
    }

    [Fact]
    public async Task Install_ForNobody_IsAMistakeInTheCommand()
    {
        using var directory = new TemporaryDirectory();

        var run = await TrainerRun.OfAsync($"install --checkpoint {Base} --data {directory.Path}");

        Assert.Equal(2, run.Code);
        Assert.Contains("--agent", run.Messages);
        Assert.Empty(Directory.EnumerateFileSystemEntries(directory.Path));
    }

    [Theory]
    [InlineData("--agent ../other", "'../other' cannot name an agent")]
    [InlineData("--agent desk --policy-version newest", "'newest' cannot name a policy version")]
    public async Task Install_UnderABadName_IsAMistakeInTheCommand(string bad, string expected)
    {
        using var directory = new TemporaryDirectory();

        var run = await TrainerRun.OfAsync($"install {bad} --checkpoint {Base} --data {directory.Path}");

        Assert.Equal(2, run.Code);
        Assert.StartsWith($"Archer.Trainer install: {expected}", run.Messages);
        Assert.Empty(Directory.EnumerateFileSystemEntries(directory.Path));
    }
}
